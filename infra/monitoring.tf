# The logs, and the alarms that come when they are silent. An alarm goes by e-mail and SMS, not through Slack and Teams:
# what is silent cannot tell so itself.

locals {
  # Nothing is taken with the workspace's own keys: the logs come from the identity and from Azure itself.
  log = {
    properties = {
      sku              = { name = "PerGB2018" }
      retentionInDays  = 30
      workspaceCapping = { dailyQuotaGb = var.log_cap_gb }
      features         = { disableLocalAuth = true }
    }
  }
}

resource "azapi_resource" "workspace" {
  type      = "Microsoft.OperationalInsights/workspaces@2023-09-01"
  name      = "log-${var.name}"
  parent_id = local.group_id
  location  = var.location
  tags      = var.tags
  body      = local.log
}

resource "azapi_resource" "insights" {
  type      = "Microsoft.Insights/components@2020-02-02"
  name      = "appi-${var.name}"
  parent_id = local.group_id
  location  = var.location
  tags      = var.tags

  body = {
    kind = "web"
    properties = {
      Application_Type    = "web"
      DisableLocalAuth    = true
      WorkspaceResourceId = azapi_resource.workspace.id
    }
  }

  response_export_values = { connection_string = "properties.ConnectionString" }
}

locals {
  silence = { for function, hours in { EmergencyAccess = var.silence_hours, Watch = var.watch_silence_hours } : function => hours if hours != null && (function != "Watch" || var.watch) }

  # Each line that the program logs is JSON and becomes a trace. A test of the program (handler/infra_test.go) tries
  # these queries' conditions on lines that it really logs. A count without a time in it is one row, of 0 at the least,
  # so the rule has something to compare when there is nothing. A look of Watch that could not read a log ("whole" is
  # false) counts as none: it tells nobody but the log, while a daily run says in its message what it could not read.
  silence_alarms = { for function, hours in local.silence : "silence-${lower(function)}" => {
    title    = "breakglass-watch is silent: ${function}"
    text     = "No run of ${function} was completed${function == "Watch" ? ", with all of the logs," : ""} for ${hours} hours. Nobody may be watching the emergency access accounts. See infra/README.md, \"When the alarm comes\"."
    severity = 1
    query    = <<-KQL
      traces
      | where timestamp > ago(${hours}h) and message has "run completed"
      | extend line = parse_json(message)
      | where tostring(line["msg"]) == "run completed" and tostring(line["function"]) == "${function}"${function == "Watch" ? " and tostring(line[\"whole\"]) == \"true\"" : ""}
      | summarize runs = count()
    KQL
    column   = "runs"
    operator = "LessThan"
    limit    = 1
    window   = "P2D" # the longest there is; ago() above says how far back
  } }

  # A failed daily run is tried five times in all, so three failures in an hour are no accident.
  error_alarms = { for name in var.alarm_on_errors ? ["errors"] : [] : name => {
    title    = "breakglass-watch fails again and again"
    text     = "Runs failed three times or more in an hour. The log says why. See infra/README.md, \"When the alarm comes\"."
    severity = 2
    query    = <<-KQL
      traces
      | where message has "run failed"
      | extend line = parse_json(message)
      | where tostring(line["msg"]) == "run failed"
      | summarize failures = count()
    KQL
    column   = "failures"
    operator = "GreaterThanOrEqual"
    limit    = 3
    window   = "PT1H"
  } }

  alarms = var.without_alarm ? {} : merge(local.silence_alarms, local.error_alarms)
}

resource "azapi_resource" "people" {
  count     = var.without_alarm ? 0 : 1
  type      = "Microsoft.Insights/actionGroups@2023-01-01"
  name      = "ag-${var.name}"
  parent_id = local.group_id
  location  = "global"
  tags      = var.tags

  body = {
    properties = {
      enabled        = true
      groupShortName = "breakglass" # what an SMS begins with, 12 letters at most
      emailReceivers = [for i, address in var.alarm_emails : { name = "email-${i + 1}", emailAddress = address, useCommonAlertSchema = true }]
      smsReceivers   = [for i, phone in var.alarm_phones : { name = "sms-${i + 1}", countryCode = phone.country_code, phoneNumber = phone.number }]
    }
  }
}

# Windows and time ranges are two days at most: https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-create-log-alert-rule
resource "azapi_resource" "alarm" {
  for_each  = local.alarms
  type      = "Microsoft.Insights/scheduledQueryRules@2023-12-01"
  name      = "alarm-${var.name}-${each.key}"
  parent_id = local.group_id
  location  = var.location
  tags      = var.tags

  body = {
    kind = "LogAlert"
    properties = {
      displayName         = each.value.title
      description         = each.value.text
      severity            = each.value.severity
      enabled             = true
      scopes              = [azapi_resource.insights.id]
      evaluationFrequency = "PT1H"
      windowSize          = each.value.window
      autoMitigate        = true # told once, and again when it is over
      criteria = {
        allOf = [{
          query               = each.value.query
          metricMeasureColumn = each.value.column
          timeAggregation     = "Maximum"
          operator            = each.value.operator
          threshold           = each.value.limit
          failingPeriods      = { numberOfEvaluationPeriods = 1, minFailingPeriodsToAlert = 1 }
        }]
      }
      actions = { actionGroups = [azapi_resource.people[0].id] }
    }
  }
}
