# What Azure would answer. azapi looks at ids even here, so they must be such as Azure gives.

override_resource {
  target = azapi_resource.group
  values = { id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-contoso" }
}

override_resource {
  target = azapi_resource.identity
  values = {
    id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-contoso/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-contoso"
    output = {
      client_id    = "11111111-1111-1111-1111-111111111111"
      principal_id = "22222222-2222-2222-2222-222222222222"
    }
  }
}

override_resource {
  target = azapi_resource.storage
  values = {
    id     = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-contoso/providers/Microsoft.Storage/storageAccounts/stcontoso"
    output = { blob = "https://stcontoso.blob.core.windows.net/" }
  }
}

override_resource {
  target = azapi_resource.state
  values = { id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-contoso/providers/Microsoft.Storage/storageAccounts/stcontoso/blobServices/default/containers/breakglass-state" }
}

override_resource {
  target = azapi_resource.host_storage
  values = { id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-contoso/providers/Microsoft.Storage/storageAccounts/stcontosohost" }
}

override_resource {
  target = azapi_resource.package_storage
  values = {
    id     = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-contoso/providers/Microsoft.Storage/storageAccounts/stcontosopkg"
    output = { blob = "https://stcontosopkg.blob.core.windows.net/" }
  }
}

override_resource {
  target = azapi_resource.audit
  values = { id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-contoso/providers/Microsoft.OperationalInsights/workspaces/log-contoso-audit" }
}

override_resource {
  target = azapi_resource.workspace
  values = { id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-contoso/providers/Microsoft.OperationalInsights/workspaces/log-contoso" }
}

override_resource {
  target = azapi_resource.insights
  values = {
    id     = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-contoso/providers/Microsoft.Insights/components/appi-contoso"
    output = { connection_string = "InstrumentationKey=00000000-0000-0000-0000-000000000000" }
  }
}

override_resource {
  target = azapi_resource.people
  values = { id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-contoso/providers/Microsoft.Insights/actionGroups/ag-contoso" }
}

override_resource {
  target = azapi_resource.vault
  values = {
    id     = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-contoso/providers/Microsoft.KeyVault/vaults/kv-contoso"
    output = { uri = "https://kv-contoso.vault.azure.net/" }
  }
}

override_resource {
  target = azapi_resource.plan
  values = { id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-contoso/providers/Microsoft.Web/serverfarms/plan-contoso" }
}

override_resource {
  target = azapi_resource.app
  values = {
    id     = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-contoso/providers/Microsoft.Web/sites/func-contoso"
    output = { host = "func-contoso.azurewebsites.net" }
  }
}
