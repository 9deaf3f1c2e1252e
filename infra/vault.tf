# The key vault for the secrets of Slack, Teams and the like. Their values are put there with `az keyvault secret set`,
# and never enter Terraform or its state. Without sinks there is no vault.

resource "azapi_resource" "vault" {
  count     = length(var.sinks) > 0 ? 1 : 0
  type      = "Microsoft.KeyVault/vaults@2024-11-01"
  name      = "kv-${var.name}"
  parent_id = local.group_id
  location  = var.location
  tags      = var.tags

  body = {
    properties = {
      tenantId                = var.tenant_id
      sku                     = { family = "A", name = "standard" }
      enableRbacAuthorization = true
      # A deleted vault can be brought back for a week, and purged before. Purge protection, which could never be taken
      # off again, would keep it there: a lost webhook is made anew in a minute.
      enableSoftDelete          = true
      softDeleteRetentionInDays = 7
    }
  }

  response_export_values = { uri = "properties.vaultUri" }
}

# The people who put the secrets there.
resource "azapi_resource" "secret_writers" {
  for_each  = length(var.sinks) > 0 ? var.secret_writers : toset([])
  type      = "Microsoft.Authorization/roleAssignments@2022-04-01"
  name      = uuidv5("url", "${var.subscription_id}/${var.name}/secret-writer/${each.value}")
  parent_id = azapi_resource.vault[0].id

  body = {
    properties = {
      principalId      = each.value
      roleDefinitionId = "/subscriptions/${var.subscription_id}/providers/Microsoft.Authorization/roleDefinitions/${local.roles.secrets_officer}"
    }
  }
}
