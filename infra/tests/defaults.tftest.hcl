# What is made when only what must be said is said. Nothing leaves this machine: the providers are mocked, so there are
# no credentials, and azapi holds each body to Azure's schema.

mock_provider "azapi" {
  source          = "./tests/mocks"
  override_during = plan
}

mock_provider "azuread" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  subscription_id = "00000000-0000-0000-0000-000000000000"
  tenant_id       = "99999999-9999-9999-9999-999999999999"
  location        = "swedencentral"
  name            = "contoso"
  sinks           = ["SLACK_WEBHOOK_URL"]
  alarm_emails    = ["oncall@elsewhere.example"]
}

run "storage_without_keys" {
  command = plan

  assert {
    condition     = alltrue([for s in [azapi_resource.storage, azapi_resource.host_storage, azapi_resource.package_storage] : s.body.properties.allowSharedKeyAccess == false && s.body.properties.allowBlobPublicAccess == false])
    error_message = "shared keys and anonymous access must be off"
  }
  assert {
    condition     = alltrue([for s in [azapi_resource.storage, azapi_resource.host_storage, azapi_resource.package_storage] : s.body.properties.minimumTlsVersion == "TLS1_2" && s.body.properties.supportsHttpsTrafficOnly == true])
    error_message = "TLS 1.2 is the least"
  }
  assert {
    condition     = [azapi_resource.storage.name, azapi_resource.host_storage.name, azapi_resource.package_storage.name, azapi_resource.group[0].name] == ["stcontoso", "stcontosohost", "stcontosopkg", "rg-contoso"]
    error_message = "names: ${azapi_resource.storage.name}, ${azapi_resource.host_storage.name}, ${azapi_resource.package_storage.name}, ${azapi_resource.group[0].name}"
  }
  assert {
    condition     = [for c in [azapi_resource.state, azapi_resource.package] : basename(dirname(dirname(c.parent_id)))] == ["stcontoso", "stcontosopkg"] && alltrue([for c in [azapi_resource.state, azapi_resource.package] : c.body.properties.publicAccess == "None"])
    error_message = "the memory and the package must be apart, and closed"
  }
}

run "kept" {
  command = plan

  assert {
    condition     = { for name, k in azapi_update_resource.kept : name => basename(k.parent_id) } == { memory = "stcontoso", package = "stcontosopkg" }
    error_message = "the memory and the package must be kept"
  }
  assert {
    condition     = alltrue([for k in azapi_update_resource.kept : k.body.properties.isVersioningEnabled && k.body.properties.deleteRetentionPolicy == { enabled = true, days = 30 } && k.body.properties.containerDeleteRetentionPolicy == { enabled = true, days = 30 }])
    error_message = "what is overwritten or deleted must stay for 30 days"
  }
  assert {
    condition     = alltrue([for f in azapi_resource.forgotten : f.body.properties.policy.rules[0].definition.actions.version.delete.daysAfterCreationGreaterThan == 30])
    error_message = "versions must end after 30 days"
  }
}

run "audit" {
  command = plan

  assert {
    condition = { for name, d in azapi_resource.diagnostics : name => [d.parent_id, join(",", [for l in d.body.properties.logs : l.category if l.enabled])] } == {
      memory  = ["${azapi_resource.storage.id}/blobServices/default", "StorageRead,StorageWrite,StorageDelete"]
      package = ["${azapi_resource.package_storage.id}/blobServices/default", "StorageRead,StorageWrite,StorageDelete"]
      vault   = [azapi_resource.vault[0].id, "AuditEvent"]
    }
    error_message = "who touched the memory, the package and the secrets must be logged"
  }
  assert {
    condition     = alltrue([for d in azapi_resource.diagnostics : d.body.properties.workspaceId == azapi_resource.audit.id]) && azapi_resource.audit.name == "log-contoso-audit"
    error_message = "the audit must not take from the cap of the program's logs"
  }
  assert {
    condition     = azapi_resource.workspace.body.properties.features.disableLocalAuth && azapi_resource.audit.body.properties.features.disableLocalAuth
    error_message = "no log is taken with a workspace's key"
  }
  assert {
    condition     = azapi_resource.changes[0].body.properties.scopes == [azapi_resource.group[0].id] && azapi_resource.changes[0].body.properties.actions.actionGroups[0].actionGroupId == azapi_resource.people[0].id
    error_message = "changes in the group must be told to the people of the alarm"
  }
}

run "closed" {
  command = plan

  assert {
    condition     = azapi_resource.app.body.properties.siteConfig.ipSecurityRestrictionsDefaultAction == "Deny" && length(azapi_resource.app.body.properties.siteConfig.ipSecurityRestrictions) == 0
    error_message = "the app's own site must answer nobody"
  }
  assert {
    condition     = azapi_resource.app.body.properties.siteConfig.scmIpSecurityRestrictionsDefaultAction == "Allow" && azapi_resource.app.body.properties.siteConfig.scmIpSecurityRestrictionsUseMain == false
    error_message = "packages must get in"
  }
}

run "function_app" {
  command = plan

  assert {
    condition     = azapi_resource.plan.body.sku.name == "FC1" && azapi_resource.plan.body.properties.reserved == true
    error_message = "the plan must be Flex Consumption on Linux"
  }
  assert {
    condition     = azapi_resource.app.body.properties.functionAppConfig.runtime == { name = "custom", version = "1.0" }
    error_message = "the app must run a custom handler"
  }
  assert {
    condition     = azapi_resource.app.body.properties.functionAppConfig.deployment.storage.value == "https://stcontosopkg.blob.core.windows.net/app-package"
    error_message = "package: ${azapi_resource.app.body.properties.functionAppConfig.deployment.storage.value}"
  }
  assert {
    condition     = azapi_resource.app.body.properties.functionAppConfig.deployment.storage.authentication.type == "UserAssignedIdentity"
    error_message = "the package must be read as the identity"
  }
  assert {
    condition     = azapi_resource.app.body.properties.httpsOnly == true && azapi_resource.app.body.properties.siteConfig.minTlsVersion == "1.2"
    error_message = "https with TLS 1.2 is the least"
  }
  assert {
    condition     = azapi_resource.app.body.properties.keyVaultReferenceIdentity == azapi_resource.identity.id && azapi_resource.app.identity[0].identity_ids == tolist([azapi_resource.identity.id])
    error_message = "one identity for everything"
  }
  assert {
    condition     = toset(keys(azapi_resource.publishing)) == toset(["ftp", "scm"]) && alltrue([for p in azapi_resource.publishing : p.body.properties.allow == false])
    error_message = "nobody may publish with a password"
  }
}

run "settings" {
  command = plan

  assert {
    condition = { for s in azapi_resource.app.body.properties.siteConfig.appSettings : s.name => s.value } == {
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING = "ClientId=11111111-1111-1111-1111-111111111111;Authorization=AAD"
      APPLICATIONINSIGHTS_CONNECTION_STRING     = "InstrumentationKey=00000000-0000-0000-0000-000000000000"
      AZURE_CLIENT_ID                           = "11111111-1111-1111-1111-111111111111"
      AzureWebJobsStorage__accountName          = "stcontosohost"
      AzureWebJobsStorage__clientId             = "11111111-1111-1111-1111-111111111111"
      AzureWebJobsStorage__credential           = "managedidentity"
      BREAKGLASS_LANGUAGE                       = "en"
      BREAKGLASS_SCHEDULE                       = "0 0 6 * * *"
      BREAKGLASS_STATE                          = "https://stcontoso.blob.core.windows.net/breakglass-state"
      SLACK_WEBHOOK_URL                         = "@Microsoft.KeyVault(SecretUri=https://kv-contoso.vault.azure.net/secrets/slack-webhook-url)"
    }
    error_message = "settings: ${jsonencode(azapi_resource.app.body.properties.siteConfig.appSettings)}"
  }
  assert {
    condition     = output.next_steps[0] == "az keyvault secret set --subscription 00000000-0000-0000-0000-000000000000 --vault-name kv-contoso --name slack-webhook-url --file /dev/stdin --encoding utf-8 --output none"
    error_message = "next: ${output.next_steps[0]}"
  }
}

run "access" {
  command = plan

  # Whatever is added here is one more thing that the identity may do: say why in access.tf.
  assert {
    condition = { for name, a in azapi_resource.access : name => [basename(a.parent_id), basename(a.body.properties.roleDefinitionId)] } == {
      blob          = ["stcontosohost", "b7e6dc6d-f1e8-4753-8033-0f276bb0955b"]
      table         = ["stcontosohost", "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3"]
      memory        = ["breakglass-state", "ba92f5b4-2d11-453d-a403-e96b0029c9fe"]
      package_read  = ["stcontosopkg", "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"]
      package_write = ["stcontosopkg", "ba92f5b4-2d11-453d-a403-e96b0029c9fe"]
      metrics       = ["appi-contoso", "3913510d-42f4-4e42-8a64-420c390055eb"]
      secrets       = ["kv-contoso", "4633458b-17de-408a-b874-0445c86b69e6"]
    }
    error_message = "access: ${jsonencode({ for name, a in azapi_resource.access : name => [a.parent_id, a.body.properties.roleDefinitionId] })}"
  }
  assert {
    condition     = alltrue([for a in azapi_resource.access : a.body.properties.principalId == "22222222-2222-2222-2222-222222222222"])
    error_message = "access must go to the identity"
  }
  assert {
    condition     = length(azapi_resource.secret_writers) == 0
    error_message = "nobody may write secrets without being named"
  }
}

run "graph" {
  command = plan

  assert {
    condition     = length(azuread_app_role_assignment.graph) == length(local.graph_permissions) && length(local.graph_permissions) > 10
    error_message = "${length(azuread_app_role_assignment.graph)} permissions"
  }
  assert {
    condition     = alltrue([for name, a in azuread_app_role_assignment.graph : a.principal_object_id == "22222222-2222-2222-2222-222222222222" && a.app_role_id == local.graph_permissions[name]])
    error_message = "the permissions must go to the identity"
  }
  assert {
    condition     = alltrue([for name in keys(local.graph_permissions) : can(regex("^[A-Za-z-]+\\.Read(\\.[A-Za-z]+)?$", name))])
    error_message = "a permission does more than read"
  }
  assert {
    condition     = length(azuread_application.multi) == 0 && length(azuread_application_federated_identity_credential.multi) == 0
    error_message = "no application unless asked for"
  }
}

run "vault" {
  command = plan

  assert {
    condition     = azapi_resource.vault[0].body.properties.enableRbacAuthorization == true && azapi_resource.vault[0].body.properties.softDeleteRetentionInDays == 7
    error_message = "the vault must go by roles, and be gone in a week"
  }
  assert {
    condition     = !can(azapi_resource.vault[0].body.properties.enablePurgeProtection)
    error_message = "purge protection would leave the vault behind"
  }
}

run "logs_and_alarms" {
  command = plan

  assert {
    condition     = azapi_resource.insights.body.properties.DisableLocalAuth == true && azapi_resource.workspace.body.properties.workspaceCapping.dailyQuotaGb == 0.1
    error_message = "logs must be taken from the identity only, and be capped"
  }
  assert {
    condition     = toset(keys(azapi_resource.alarm)) == toset(["silence-emergencyaccess", "silence-watch", "errors"])
    error_message = "alarms: ${join(", ", keys(azapi_resource.alarm))}"
  }
  assert {
    condition     = strcontains(azapi_resource.alarm["silence-emergencyaccess"].body.properties.criteria.allOf[0].query, "ago(26h)") && strcontains(azapi_resource.alarm["silence-watch"].body.properties.criteria.allOf[0].query, "ago(2h)")
    error_message = "silence of a day and two hours, and of two hours"
  }
  assert {
    condition = alltrue([for a in azapi_resource.alarm :
      a.body.properties.enabled && a.body.properties.autoMitigate && a.body.properties.scopes == [azapi_resource.insights.id] && a.body.properties.actions.actionGroups == [azapi_resource.people[0].id]
    ])
    error_message = "an alarm that looks elsewhere or tells nobody"
  }
  # https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-create-log-alert-rule
  assert {
    condition     = alltrue([for a in azapi_resource.alarm : contains(["PT1H", "P2D"], a.body.properties.windowSize) && a.body.properties.evaluationFrequency == "PT1H"])
    error_message = "a window or a frequency that Azure Monitor does not have"
  }
  assert {
    condition = [for name in ["silence-emergencyaccess", "silence-watch", "errors"] : [
      azapi_resource.alarm[name].body.properties.criteria.allOf[0].operator, azapi_resource.alarm[name].body.properties.criteria.allOf[0].threshold, azapi_resource.alarm[name].body.properties.windowSize,
    ]] == [["LessThan", 1, "P2D"], ["LessThan", 1, "P2D"], ["GreaterThanOrEqual", 3, "PT1H"]]
    error_message = "an alarm's limit is wrong"
  }
  assert {
    condition     = azapi_resource.people[0].body.properties.emailReceivers[0].emailAddress == "oncall@elsewhere.example" && length(azapi_resource.people[0].body.properties.smsReceivers) == 0
    error_message = "who is told: ${jsonencode(azapi_resource.people[0].body.properties)}"
  }
  assert {
    condition     = length(azapi_resource.people[0].body.properties.groupShortName) <= 12
    error_message = "the short name is too long for an SMS"
  }
}
