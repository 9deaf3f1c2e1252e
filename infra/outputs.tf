output "subscription_id" {
  description = "For make deploy."
  value       = var.subscription_id
}

output "resource_group_name" {
  description = "For make deploy."
  value       = local.group_name
}

output "app_name" {
  description = "For make deploy."
  value       = azapi_resource.app.name
}

output "app_host" {
  value = azapi_resource.app.output.host
}

output "identity_client_id" {
  value = azapi_resource.identity.output.client_id
}

output "identity_principal_id" {
  description = "The object id to which the Microsoft Graph permissions are granted."
  value       = azapi_resource.identity.output.principal_id
}

output "vault_name" {
  description = "Where the secrets go; empty without sinks."
  value       = one(azapi_resource.vault[*].name) == null ? "" : azapi_resource.vault[0].name
}

output "multi_tenant_client_id" {
  description = "What other tenants consent to; empty unless multi_tenant."
  value       = one(azuread_application.multi[*].client_id) == null ? "" : azuread_application.multi[0].client_id
}

output "next_steps" {
  description = "What is left to do, as commands."
  value = concat(
    [for name in values(local.secret_names) : "az keyvault secret set --subscription ${var.subscription_id} --vault-name kv-${var.name} --name ${name} --file /dev/stdin --encoding utf-8 --output none"],
    var.grant_permissions ? [] : ["bin/breakglass permissions grant --login --identity ${azapi_resource.identity.output.principal_id}   # by a Privileged Role Administrator"],
    ["make deploy"],
  )
}
