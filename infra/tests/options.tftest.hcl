# Each thing that can be asked for, or left out.

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

run "existing_group" {
  command = plan
  variables {
    resource_group_name = "shared.services"
  }

  assert {
    condition     = length(azapi_resource.group) == 0 && output.resource_group_name == "shared.services"
    error_message = "a group of somebody else must not be touched"
  }
  assert {
    condition = toset([for r in [azapi_resource.storage, azapi_resource.host_storage, azapi_resource.package_storage, azapi_resource.audit, azapi_resource.identity, azapi_resource.plan, azapi_resource.app, azapi_resource.workspace, azapi_resource.insights, azapi_resource.vault[0], azapi_resource.people[0]] : r.parent_id]) == toset([
      "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/shared.services"
    ])
    error_message = "everything must be in that group"
  }
}

run "everything_that_is_told" {
  command = plan
  variables {
    sinks         = ["SLACK_BOT_TOKEN", "TEAMS_WORKFLOW_URL", "ESCALATION_SLACK_WEBHOOK_URL", "ESCALATION_TEAMS_WORKFLOW_URL", "BREAKGLASS_HEARTBEAT_URL"]
    slack_channel = "C0123456789"
    accounts      = ["ea01@contoso.example", "66666666-6666-6666-6666-666666666666"]
    language      = "ja"
    watch         = false

    teams_workflow_auth = "identity"
    tags                = { owner = "identity" }
  }

  assert {
    condition = { for s in azapi_resource.app.body.properties.siteConfig.appSettings : s.name => s.value if !startswith(s.name, "A") } == {
      BREAKGLASS_ACCOUNTS           = "ea01@contoso.example,66666666-6666-6666-6666-666666666666"
      BREAKGLASS_HEARTBEAT_URL      = "@Microsoft.KeyVault(SecretUri=https://kv-contoso.vault.azure.net/secrets/breakglass-heartbeat-url)"
      BREAKGLASS_LANGUAGE           = "ja"
      BREAKGLASS_SCHEDULE           = "0 0 6 * * *"
      BREAKGLASS_STATE              = "https://stcontoso.blob.core.windows.net/breakglass-state"
      ESCALATION_SLACK_WEBHOOK_URL  = "@Microsoft.KeyVault(SecretUri=https://kv-contoso.vault.azure.net/secrets/escalation-slack-webhook-url)"
      ESCALATION_TEAMS_WORKFLOW_URL = "@Microsoft.KeyVault(SecretUri=https://kv-contoso.vault.azure.net/secrets/escalation-teams-workflow-url)"
      SLACK_BOT_TOKEN               = "@Microsoft.KeyVault(SecretUri=https://kv-contoso.vault.azure.net/secrets/slack-bot-token)"
      SLACK_CHANNEL                 = "C0123456789"
      TEAMS_WORKFLOW_AUTH           = "identity"
      TEAMS_WORKFLOW_URL            = "@Microsoft.KeyVault(SecretUri=https://kv-contoso.vault.azure.net/secrets/teams-workflow-url)"
    }
    error_message = "settings: ${jsonencode(azapi_resource.app.body.properties.siteConfig.appSettings)}"
  }
  assert {
    condition     = azapi_resource.app.tags == tomap({ owner = "identity" })
    error_message = "tags are missing"
  }
  assert {
    condition     = length(output.next_steps) == 6 && output.next_steps[5] == "make deploy"
    error_message = "next: ${jsonencode(output.next_steps)}"
  }
}

run "no_sink_no_vault" {
  command = plan
  variables {
    sinks          = []
    secret_writers = ["77777777-7777-7777-7777-777777777777"]
  }

  assert {
    condition     = length(azapi_resource.vault) == 0 && !contains(keys(azapi_resource.diagnostics), "vault") && length(azapi_resource.secret_writers) == 0 && !contains(keys(azapi_resource.access), "secrets") && output.vault_name == ""
    error_message = "a vault without a secret"
  }
  assert {
    condition     = output.next_steps == ["make deploy"]
    error_message = "next: ${jsonencode(output.next_steps)}"
  }
}

run "secret_writers" {
  command = plan
  variables {
    secret_writers = ["77777777-7777-7777-7777-777777777777"]
  }

  assert {
    condition = [for w in azapi_resource.secret_writers : [w.body.properties.principalId, basename(w.parent_id), basename(w.body.properties.roleDefinitionId)]] == [
      ["77777777-7777-7777-7777-777777777777", "kv-contoso", "b86a8fe4-44ce-4948-aee5-eccb2c155cd7"],
    ]
    error_message = "writers may put secrets into this vault, and nothing else"
  }
}

run "alarm_by_phone_only" {
  command = plan
  variables {
    alarm_emails = []
    alarm_phones = [{ country_code = "81", number = "9012345678" }]
  }

  assert {
    condition     = azapi_resource.people[0].body.properties.smsReceivers[0].countryCode == "81" && azapi_resource.people[0].body.properties.smsReceivers[0].phoneNumber == "9012345678"
    error_message = "who is told: ${jsonencode(azapi_resource.people[0].body.properties)}"
  }
}

run "alarm_for_the_daily_look_alone" {
  command = plan
  variables {
    silence_hours       = 30
    watch_silence_hours = null
    alarm_on_errors     = false
  }

  assert {
    condition     = keys(azapi_resource.alarm) == ["silence-emergencyaccess"] && strcontains(azapi_resource.alarm["silence-emergencyaccess"].body.properties.criteria.allOf[0].query, "ago(30h)")
    error_message = "alarms: ${join(", ", keys(azapi_resource.alarm))}"
  }
}

run "without_watch" {
  command = plan
  variables {
    watch = false
  }

  assert {
    condition     = contains([for s in azapi_resource.app.body.properties.siteConfig.appSettings : s.value if s.name == "AzureWebJobs.Watch.Disabled"], "true")
    error_message = "the host must be told"
  }
  assert {
    condition     = toset(keys(azapi_resource.alarm)) == toset(["silence-emergencyaccess", "errors"])
    error_message = "what does not run is silent: ${join(", ", keys(azapi_resource.alarm))}"
  }
}

run "without_alarm" {
  command = plan
  variables {
    alarm_emails  = []
    without_alarm = true
    schedule      = "0 0 6 * * MON"
  }

  assert {
    condition     = length(azapi_resource.alarm) == 0 && length(azapi_resource.changes) == 0 && length(azapi_resource.people) == 0
    error_message = "no alarm was asked for"
  }
}

run "changes_are_not_told" {
  command = plan
  variables {
    alarm_on_changes = false
  }

  assert {
    condition     = length(azapi_resource.changes) == 0 && length(azapi_resource.alarm) == 3
    error_message = "only the alarm for changes is left out"
  }
}

run "package_read_only" {
  command = plan
  variables {
    package_read_only = true
  }

  assert {
    condition     = [for a in azapi_resource.access : basename(a.body.properties.roleDefinitionId) if endswith(a.parent_id, "/stcontosopkg")] == ["2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"]
    error_message = "the identity may read the package, and nothing else"
  }
}

run "named_addresses" {
  command = plan
  variables {
    admin_addresses  = ["203.0.113.7/32"]
    deploy_addresses = ["198.51.100.0/24", "2001:db8::/48"]
  }

  assert {
    condition     = [for r in azapi_resource.app.body.properties.siteConfig.ipSecurityRestrictions : r.ipAddress] == ["203.0.113.7/32"] && azapi_resource.app.body.properties.siteConfig.ipSecurityRestrictionsDefaultAction == "Deny"
    error_message = "the site must answer that address only"
  }
  assert {
    condition     = [for r in azapi_resource.app.body.properties.siteConfig.scmIpSecurityRestrictions : r.priority] == [100, 101] && azapi_resource.app.body.properties.siteConfig.scmIpSecurityRestrictionsDefaultAction == "Deny"
    error_message = "packages must come from those addresses only"
  }
}

run "longest_name_and_shortest_memory" {
  command = plan
  variables {
    name      = "abcdefghijklmnopqr"
    kept_days = 1
  }

  assert {
    condition     = alltrue([for s in [azapi_resource.storage, azapi_resource.host_storage, azapi_resource.package_storage] : length(s.name) <= 24])
    error_message = "a storage account's name is 24 characters at most"
  }
  assert {
    condition     = azapi_update_resource.kept["memory"].body.properties.deleteRetentionPolicy.days == 1
    error_message = "the days must be those that were asked for"
  }
}

run "somebody_else_grants" {
  command = plan
  variables {
    grant_permissions = false
  }

  assert {
    condition     = length(azuread_app_role_assignment.graph) == 0 && length(data.azuread_service_principal.graph) == 0
    error_message = "nothing may be granted"
  }
  assert {
    condition     = strcontains(output.next_steps[1], "22222222-2222-2222-2222-222222222222")
    error_message = "who is to be granted must be said: ${output.next_steps[1]}"
  }
}

run "fewer_permissions" {
  command = plan
  variables {
    leave_out_permissions = ["IdentityRiskyUser.Read.All"]
  }

  assert {
    condition     = setsubtract(keys(local.graph_permissions), keys(azuread_app_role_assignment.graph)) == toset(["IdentityRiskyUser.Read.All"])
    error_message = "all but the one must be granted"
  }
}

run "multi_tenant" {
  command = plan
  variables {
    multi_tenant = true
  }

  assert {
    condition     = azuread_application.multi[0].sign_in_audience == "AzureADMultipleOrgs"
    error_message = "other tenants must be able to consent"
  }
  assert {
    condition     = length(one(azuread_application.multi[0].required_resource_access).resource_access) == length(local.graph_permissions)
    error_message = "it must ask for the same permissions"
  }
  assert {
    condition = alltrue([
      azuread_application_federated_identity_credential.multi[0].subject == "22222222-2222-2222-2222-222222222222",
      azuread_application_federated_identity_credential.multi[0].issuer == "https://login.microsoftonline.com/99999999-9999-9999-9999-999999999999/v2.0",
      azuread_application_federated_identity_credential.multi[0].audiences == tolist(["api://AzureADTokenExchange"]),
    ])
    error_message = "it must trust the identity, by its principal id"
  }
}

run "us_government" {
  command = plan
  variables {
    cloud        = "usgovernment"
    location     = "usgovvirginia"
    multi_tenant = true
  }

  assert {
    condition     = contains([for s in azapi_resource.app.body.properties.siteConfig.appSettings : s.value if s.name == "BREAKGLASS_GRAPH_URL"], "https://graph.microsoft.us/v1.0")
    error_message = "the program must read that cloud's Graph"
  }
  assert {
    condition     = startswith(azuread_application_federated_identity_credential.multi[0].issuer, "https://login.microsoftonline.us/") && azuread_application_federated_identity_credential.multi[0].audiences == tolist(["api://AzureADTokenExchangeUSGov"])
    error_message = "the credential must be that cloud's"
  }
}

run "china" {
  command = plan
  variables {
    cloud    = "china"
    location = "chinanorth3"
  }

  assert {
    condition     = contains([for s in azapi_resource.app.body.properties.siteConfig.appSettings : s.value if s.name == "BREAKGLASS_GRAPH_URL"], "https://microsoftgraph.chinacloudapi.cn/v1.0")
    error_message = "the program must read that cloud's Graph"
  }
}
