# What the identity may read in Microsoft Graph: the program's own list, in permissions.tf.json, which `make docs` writes.

locals {
  granted_permissions = { for name, id in local.graph_permissions : name => id if !contains(var.leave_out_permissions, name) }
}

data "azuread_service_principal" "graph" {
  count     = var.grant_permissions || var.multi_tenant ? 1 : 0
  client_id = "00000003-0000-0000-c000-000000000000"
}

resource "azuread_app_role_assignment" "graph" {
  for_each            = var.grant_permissions ? local.granted_permissions : {}
  app_role_id         = each.value
  principal_object_id = azapi_resource.identity.output.principal_id
  resource_object_id  = data.azuread_service_principal.graph[0].object_id
}
