# Who touched the installation: the memory, the package, the secrets, and the resources themselves.

# Of its own, with a cap of its own: requests of strangers to the vault and the accounts are logged too, and whoever makes
# many must not use up the cap of the logs for which the alarms wait.
resource "azapi_resource" "audit" {
  type      = "Microsoft.OperationalInsights/workspaces@2023-09-01"
  name      = "log-${var.name}-audit"
  parent_id = local.group_id
  location  = var.location
  tags      = var.tags
  body      = local.log
}

locals {
  # What the host keeps is left out: it renews its locks every few seconds, and each renewal would be a line.
  logged = merge(
    { for name, id in local.kept : name => { of = "${id}/blobServices/default", categories = ["StorageRead", "StorageWrite", "StorageDelete"] } },
    { for v in azapi_resource.vault : "vault" => { of = v.id, categories = ["AuditEvent"] } },
  )

  # What can silence the watch, or make it somebody else's. A role that is given on the subscription, above the group, is
  # not seen here.
  # https://learn.microsoft.com/azure/role-based-access-control/resource-provider-operations
  told_changes = [
    "Microsoft.Authorization/roleAssignments/write",
    "Microsoft.Authorization/roleAssignments/delete",
    "Microsoft.Web/sites/write",
    "Microsoft.Web/sites/delete",
    "Microsoft.Web/sites/config/write",
    "Microsoft.Web/sites/stop/action",
    "Microsoft.KeyVault/vaults/write",
    "Microsoft.KeyVault/vaults/delete",
    "Microsoft.Storage/storageAccounts/write",
    "Microsoft.Storage/storageAccounts/delete",
    "Microsoft.Storage/storageAccounts/blobServices/write",
    "Microsoft.ManagedIdentity/userAssignedIdentities/delete",
    "Microsoft.Insights/diagnosticSettings/write",
    "Microsoft.Insights/diagnosticSettings/delete",
    "Microsoft.Insights/scheduledQueryRules/write",
    "Microsoft.Insights/scheduledQueryRules/delete",
    "Microsoft.Insights/actionGroups/write",
    "Microsoft.Insights/actionGroups/delete",
    "Microsoft.Insights/activityLogAlerts/write",
    "Microsoft.Insights/activityLogAlerts/delete",
  ]
}

# The vault's events go into their own table where that is asked for; those of storage always do.
resource "azapi_resource" "diagnostics" {
  for_each  = local.logged
  type      = "Microsoft.Insights/diagnosticSettings@2021-05-01-preview"
  name      = "audit"
  parent_id = each.value.of

  body = {
    properties = merge(
      {
        workspaceId = azapi_resource.audit.id
        logs        = [for category in each.value.categories : { category = category, enabled = true }]
      },
      each.key == "vault" ? { logAnalyticsDestinationType = "Dedicated" } : {},
    )
  }
}

# Told for each change that succeeded, those of terraform apply among them. It is made last, so that the installation
# itself is not told.
# https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-activity-log
resource "azapi_resource" "changes" {
  count     = var.alarm_on_changes && !var.without_alarm ? 1 : 0
  type      = "Microsoft.Insights/activityLogAlerts@2020-10-01"
  name      = "alarm-${var.name}-changes"
  parent_id = local.group_id
  location  = "global"
  tags      = var.tags

  body = {
    properties = {
      description = "Somebody changed what breakglass-watch runs on. See infra/README.md, \"When the alarm comes\"."
      enabled     = true
      scopes      = [local.group_id]
      condition = {
        allOf = [
          { field = "category", equals = "Administrative" },
          { field = "status", equals = "Succeeded" },
          { anyOf = [for operation in local.told_changes : { field = "operationName", equals = operation }] },
        ]
      }
      actions = { actionGroups = [{ actionGroupId = azapi_resource.people[0].id }] }
    }
  }

  depends_on = [azapi_resource.access, azapi_resource.alarm, azapi_resource.diagnostics, azapi_resource.forgotten, azapi_resource.publishing, azapi_resource.secret_writers]
}
