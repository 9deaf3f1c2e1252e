# The app settings. A test of the program (handler/infra_test.go) reads this file and holds it to the settings that the
# program reads, in both directions.

locals {
  # The settings whose values are secret: each is a secret in the key vault, slack-webhook-url for SLACK_WEBHOOK_URL.
  secret_settings = [
    "SLACK_WEBHOOK_URL",
    "SLACK_BOT_TOKEN",
    "TEAMS_WORKFLOW_URL",
    "ESCALATION_SLACK_WEBHOOK_URL",
    "ESCALATION_TEAMS_WORKFLOW_URL",
    "BREAKGLASS_HEARTBEAT_URL",
  ]
  secret_names = { for s in var.sinks : s => lower(replace(s, "_", "-")) }

  # Read by the Functions host: its storage and its telemetry, both as the identity and without a key.
  # https://learn.microsoft.com/azure/azure-functions/functions-reference#connecting-to-host-storage-with-an-identity
  host_settings = {
    AzureWebJobsStorage__accountName          = azapi_resource.host_storage.name
    AzureWebJobsStorage__credential           = "managedidentity"
    AzureWebJobsStorage__clientId             = azapi_resource.identity.output.client_id
    APPLICATIONINSIGHTS_CONNECTION_STRING     = azapi_resource.insights.output.connection_string # names the place; no key of it is accepted
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING = "ClientId=${azapi_resource.identity.output.client_id};Authorization=AAD"
  }

  # Read by the program. The schedule is read by the host, which leaves a function out without a word if its schedule
  # is missing.
  program_settings = {
    BREAKGLASS_SCHEDULE = var.schedule
    BREAKGLASS_STATE    = "${azapi_resource.storage.output.blob}${azapi_resource.state.name}"
    BREAKGLASS_LANGUAGE = var.language
    AZURE_CLIENT_ID     = azapi_resource.identity.output.client_id
  }

  optional_settings = {
    BREAKGLASS_ACCOUNTS  = join(",", var.accounts)
    BREAKGLASS_GRAPH_URL = local.cloud.graph
    SLACK_CHANNEL        = var.slack_channel
    TEAMS_WORKFLOW_AUTH  = var.teams_workflow_auth == "signature" ? "" : var.teams_workflow_auth
  }

  # Read by the host: https://learn.microsoft.com/azure/azure-functions/disable-function
  disabled_functions = var.watch ? {} : { "AzureWebJobs.Watch.Disabled" = "true" }

  # A reference without a version follows a secret that is changed, within a day.
  # https://learn.microsoft.com/azure/app-service/app-service-key-vault-references
  sink_settings = { for s, name in local.secret_names : s => "@Microsoft.KeyVault(SecretUri=${azapi_resource.vault[0].output.uri}secrets/${name})" }

  settings = merge(
    local.host_settings,
    local.program_settings,
    local.disabled_functions,
    { for s, value in local.optional_settings : s => value if value != "" },
    local.sink_settings,
  )
}
