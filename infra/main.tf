# The function app, and what it runs on.

locals {
  group_name = var.resource_group_name == null ? "rg-${var.name}" : var.resource_group_name
  group_id   = var.resource_group_name == null ? azapi_resource.group[0].id : "/subscriptions/${var.subscription_id}/resourceGroups/${var.resource_group_name}"
}

resource "azapi_resource" "group" {
  count     = var.resource_group_name == null ? 1 : 0
  type      = "Microsoft.Resources/resourceGroups@2024-11-01"
  name      = local.group_name
  parent_id = "/subscriptions/${var.subscription_id}"
  location  = var.location
  tags      = var.tags
}

# Who the program is, for Microsoft Graph, the storage account, the key vault and the logs. It has no secret.
resource "azapi_resource" "identity" {
  type      = "Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30"
  name      = "id-${var.name}"
  parent_id = local.group_id
  location  = var.location
  tags      = var.tags

  response_export_values = {
    client_id    = "properties.clientId"
    principal_id = "properties.principalId"
  }
}

resource "azapi_resource" "plan" {
  type      = "Microsoft.Web/serverfarms@2024-04-01"
  name      = "plan-${var.name}"
  parent_id = local.group_id
  location  = var.location
  tags      = var.tags

  body = {
    kind       = "functionapp"
    sku        = { name = "FC1", tier = "FlexConsumption" }
    properties = { reserved = true } # Linux
  }
}

# No function answers the network, so the app's own site is closed to everybody who is not named. What is left of it are
# the host's endpoints (/admin/...). Packages come through the site for publishing, which has rules of its own: there it
# is the role of the person who deploys that counts.
# https://learn.microsoft.com/azure/azure-functions/functions-networking-options#inbound-networking-features
locals {
  network = {
    ipSecurityRestrictions                 = [for i, range in var.admin_addresses : { name = "admin-${i + 1}", ipAddress = range, action = "Allow", priority = 100 + i }]
    ipSecurityRestrictionsDefaultAction    = "Deny"
    scmIpSecurityRestrictions              = [for i, range in var.deploy_addresses : { name = "deploy-${i + 1}", ipAddress = range, action = "Allow", priority = 100 + i }]
    scmIpSecurityRestrictionsDefaultAction = length(var.deploy_addresses) > 0 ? "Deny" : "Allow"
    scmIpSecurityRestrictionsUseMain       = false
  }
}

resource "azapi_resource" "app" {
  type      = "Microsoft.Web/sites@2024-04-01"
  name      = "func-${var.name}"
  parent_id = local.group_id
  location  = var.location
  tags      = var.tags

  identity {
    type         = "UserAssigned"
    identity_ids = [azapi_resource.identity.id]
  }

  body = {
    kind = "functionapp,linux"
    properties = {
      serverFarmId              = azapi_resource.plan.id
      httpsOnly                 = true
      keyVaultReferenceIdentity = azapi_resource.identity.id
      functionAppConfig = {
        deployment = {
          storage = {
            type  = "blobContainer"
            value = "${azapi_resource.package_storage.output.blob}${azapi_resource.package.name}"
            authentication = {
              type                           = "UserAssignedIdentity"
              userAssignedIdentityResourceId = azapi_resource.identity.id
            }
          }
        }
        runtime = { name = "custom", version = "1.0" }
        scaleAndConcurrency = {
          instanceMemoryMB     = 512 # the least there is; the program takes less than a tenth
          maximumInstanceCount = var.maximum_instance_count
        }
      }
      siteConfig = merge(local.network, {
        minTlsVersion = "1.2"
        appSettings   = [for name, value in local.settings : { name = name, value = value }]
      })
    }
  }

  response_export_values = { host = "properties.defaultHostName" }

  # The host does not start without its storage, and follows references to the key vault when it starts.
  depends_on = [azapi_resource.access]
}

# Nobody publishes with a password. The Azure CLI deploys to Flex Consumption as whoever is signed in.
resource "azapi_resource" "publishing" {
  for_each  = toset(["ftp", "scm"])
  type      = "Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01"
  name      = each.value
  parent_id = azapi_resource.app.id
  body      = { properties = { allow = false } }
}
