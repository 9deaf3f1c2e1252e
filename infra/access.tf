# What the identity may do in Azure, each at the narrowest scope that works. What it may read in Microsoft Graph is in
# graph.tf.

locals {
  # Built-in roles, by their fixed ids: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
  roles = {
    blob_owner        = "b7e6dc6d-f1e8-4753-8033-0f276bb0955b" # Storage Blob Data Owner
    blob_contributor  = "ba92f5b4-2d11-453d-a403-e96b0029c9fe" # Storage Blob Data Contributor
    blob_reader       = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1" # Storage Blob Data Reader
    table_contributor = "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3" # Storage Table Data Contributor
    metrics_publisher = "3913510d-42f4-4e42-8a64-420c390055eb" # Monitoring Metrics Publisher
    secrets_user      = "4633458b-17de-408a-b874-0445c86b69e6" # Key Vault Secrets User
    secrets_officer   = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7" # Key Vault Secrets Officer
  }

  access = merge(
    {
      # The host keeps its locks, the timers' status and its own keys in containers that it makes itself, which needs
      # the whole account. The account is for nothing else.
      # https://learn.microsoft.com/azure/azure-functions/functions-reference#connecting-to-host-storage-with-an-identity
      blob = { role = local.roles.blob_owner, scope = azapi_resource.host_storage.id }
      # The host writes in a table, which it makes itself, why an app does not start.
      table = { role = local.roles.table_contributor, scope = azapi_resource.host_storage.id }
      # What people were told.
      memory = { role = local.roles.blob_contributor, scope = azapi_resource.state.id }
      # The platform fetches the package as the identity.
      package_read = { role = local.roles.blob_reader, scope = azapi_resource.package_storage.id }
      # Telemetry is sent as the identity, for a key is not accepted. To this component only.
      metrics = { role = local.roles.metrics_publisher, scope = azapi_resource.insights.id }
    },
    # References to secrets are followed as the identity. The secrets are put there later, so the scope is the vault,
    # which holds nothing else. Reading is all.
    # A deployment also puts the package there as the identity, and not as the person who deploys, so the role that
    # Microsoft gives it writes. Whoever has the identity's token could put another program there. package_read_only
    # takes this away until the next deployment.
    # https://learn.microsoft.com/azure/azure-functions/flex-consumption-how-to#configure-deployment-settings
    var.package_read_only ? {} : { package_write = { role = local.roles.blob_contributor, scope = azapi_resource.package_storage.id } },
    { for v in azapi_resource.vault : "secrets" => { role = local.roles.secrets_user, scope = v.id } },
  )
}

# Azure Queue Storage is not used, so there is no role for it.
resource "azapi_resource" "access" {
  for_each  = local.access
  type      = "Microsoft.Authorization/roleAssignments@2022-04-01"
  name      = uuidv5("url", "${var.subscription_id}/${var.name}/${each.key}")
  parent_id = each.value.scope

  body = {
    properties = {
      principalId      = azapi_resource.identity.output.principal_id
      principalType    = "ServicePrincipal" # the identity may be too new to be found
      roleDefinitionId = "/subscriptions/${var.subscription_id}/providers/Microsoft.Authorization/roleDefinitions/${each.value.role}"
    }
  }
}
