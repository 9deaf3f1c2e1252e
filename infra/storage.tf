# Three storage accounts, so that a role on one is none on another: the memory, what the Functions host keeps for itself,
# and the package. They are reached over the public network: a firewall of a storage account knows addresses and virtual
# networks, and a Flex Consumption app without a virtual network has neither. Who may in is settled by roles alone, for
# there are no keys and no anonymous access.

locals {
  account = {
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

  # The accounts in which nothing is gone at once. What the host keeps is left out: its locks and timers are made anew.
  kept = {
    memory  = azapi_resource.storage.id
    package = azapi_resource.package_storage.id
  }
}

# The memory: what people were told.
resource "azapi_resource" "storage" {
  type      = "Microsoft.Storage/storageAccounts@2024-01-01"
  name      = "st${var.name}"
  parent_id = local.group_id
  location  = var.location
  tags      = var.tags
  body      = local.account

  response_export_values = { blob = "properties.primaryEndpoints.blob" }
}

resource "azapi_resource" "state" {
  type      = "Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01"
  name      = "breakglass-state"
  parent_id = "${azapi_resource.storage.id}/blobServices/default"
  body      = { properties = { publicAccess = "None" } }
}

# Of the host: locks, the timers' status, its keys.
resource "azapi_resource" "host_storage" {
  type      = "Microsoft.Storage/storageAccounts@2024-01-01"
  name      = "st${var.name}host"
  parent_id = local.group_id
  location  = var.location
  tags      = var.tags
  body      = local.account
}

# The package that is deployed.
resource "azapi_resource" "package_storage" {
  type      = "Microsoft.Storage/storageAccounts@2024-01-01"
  name      = "st${var.name}pkg"
  parent_id = local.group_id
  location  = var.location
  tags      = var.tags
  body      = local.account

  response_export_values = { blob = "properties.primaryEndpoints.blob" }
}

resource "azapi_resource" "package" {
  type      = "Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01"
  name      = "app-package"
  parent_id = "${azapi_resource.package_storage.id}/blobServices/default"
  body      = { properties = { publicAccess = "None" } }
}

# What is overwritten stays as a version, and what is deleted can be brought back. Only who may change the account can
# shorten that: no role for its data is enough, so not the identity's.
# https://learn.microsoft.com/azure/storage/blobs/data-protection-overview
resource "azapi_update_resource" "kept" {
  for_each  = local.kept
  type      = "Microsoft.Storage/storageAccounts/blobServices@2024-01-01"
  name      = "default"
  parent_id = each.value

  body = {
    properties = {
      isVersioningEnabled            = true
      deleteRetentionPolicy          = { enabled = true, days = var.kept_days }
      containerDeleteRetentionPolicy = { enabled = true, days = var.kept_days }
    }
  }
}

# Versions would stay for ever otherwise. One that is taken away here is a deleted one, and stays as long again.
# https://learn.microsoft.com/azure/storage/blobs/lifecycle-management-overview
resource "azapi_resource" "forgotten" {
  for_each  = local.kept
  type      = "Microsoft.Storage/storageAccounts/managementPolicies@2024-01-01"
  name      = "default"
  parent_id = each.value

  body = {
    properties = {
      policy = {
        rules = [{
          enabled = true
          name    = "earlier-versions"
          type    = "Lifecycle"
          definition = {
            filters = { blobTypes = ["blockBlob"] }
            actions = { version = { delete = { daysAfterCreationGreaterThan = var.kept_days } } }
          }
        }]
      }
    }
  }

  depends_on = [azapi_update_resource.kept]
}
