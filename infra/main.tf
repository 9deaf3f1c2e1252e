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

# Reached over the public network: a Flex Consumption app without a virtual network has no other way. Who may in is
# settled by roles alone, for there are no keys and no anonymous access.
resource "azapi_resource" "storage" {
  type      = "Microsoft.Storage/storageAccounts@2024-01-01"
  name      = "st${var.name}"
  parent_id = local.group_id
  location  = var.location
  tags      = var.tags

  body = {
    kind = "StorageV2"
    sku  = { name = "Standard_LRS" }
    properties = {
      accessTier                   = "Hot"
      allowBlobPublicAccess        = false
      allowCrossTenantReplication  = false
      allowSharedKeyAccess         = false
      defaultToOAuthAuthentication = true
      minimumTlsVersion            = "TLS1_2"
      supportsHttpsTrafficOnly     = true
    }
  }

  response_export_values = { blob = "properties.primaryEndpoints.blob" }
}

# The package that is deployed.
resource "azapi_resource" "package" {
  type      = "Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01"
  name      = "app-package"
  parent_id = "${azapi_resource.storage.id}/blobServices/default"
  body      = { properties = { publicAccess = "None" } }
}

# What people were told.
resource "azapi_resource" "state" {
  type      = "Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01"
  name      = "breakglass-state"
  parent_id = "${azapi_resource.storage.id}/blobServices/default"
  body      = { properties = { publicAccess = "None" } }
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
            value = "${azapi_resource.storage.output.blob}${azapi_resource.package.name}"
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
      siteConfig = {
        minTlsVersion = "1.2"
        appSettings   = [for name, value in local.settings : { name = name, value = value }]
      }
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
