# Off unless asked for: an application that other tenants can consent to, and that trusts the identity, so that no
# secret is needed to read them. This version of the program reads one tenant, its own.
# https://learn.microsoft.com/entra/workload-id/workload-identity-federation-config-app-trust-managed-identity

resource "azuread_application" "multi" {
  count            = var.multi_tenant ? 1 : 0
  display_name     = "breakglass-watch ${var.name}"
  sign_in_audience = "AzureADMultipleOrgs"

  required_resource_access {
    resource_app_id = data.azuread_service_principal.graph[0].client_id

    dynamic "resource_access" {
      for_each = local.granted_permissions
      content {
        id   = resource_access.value
        type = "Role"
      }
    }
  }
}

# The subject is the identity's principal id. A wrong one is refused only when a token is asked for.
resource "azuread_application_federated_identity_credential" "multi" {
  count          = var.multi_tenant ? 1 : 0
  application_id = azuread_application.multi[0].id
  display_name   = "function-app"
  issuer         = "${local.cloud.login}/${var.tenant_id}/v2.0"
  subject        = azapi_resource.identity.output.principal_id
  audiences      = [local.cloud.exchange]
}
