# Where

variable "subscription_id" {
  type        = string
  description = "The Azure subscription that holds everything."
  validation {
    condition     = can(regex("^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$", var.subscription_id))
    error_message = "subscription_id must be an id in lower case, such as az account show --query id prints."
  }
}

variable "tenant_id" {
  type        = string
  description = "The Entra tenant of the subscription. It is also the tenant that is watched."
  validation {
    condition     = can(regex("^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$", var.tenant_id))
    error_message = "tenant_id must be an id in lower case, such as az account show --query tenantId prints."
  }
}

variable "cloud" {
  type        = string
  description = "The cloud: public, usgovernment, dod or china."
  default     = "public"
  validation {
    condition     = contains(["public", "usgovernment", "dod", "china"], var.cloud)
    error_message = "cloud must be public, usgovernment, dod or china."
  }
}

variable "location" {
  type        = string
  description = "The region, by its short name. It must offer Flex Consumption: az functionapp list-flexconsumption-locations."
  validation {
    condition     = can(regex("^[a-z]+[a-z0-9]*$", var.location))
    error_message = "location must be a region's short name, such as swedencentral or japaneast, not its display name."
  }
}

variable "name" {
  type        = string
  description = "What the names of all resources end with. The storage account, the app and the key vault must be unique in the world."
  validation {
    condition     = can(regex("^[a-z][a-z0-9]{2,17}$", var.name))
    error_message = "name must be 3 to 18 lower-case letters and digits and begin with a letter: a storage account is named after it."
  }
}

variable "resource_group_name" {
  type        = string
  description = "An existing resource group, which is not changed. Left out, rg-<name> is made."
  default     = null
  validation {
    condition     = var.resource_group_name == null || can(regex("^[-\\w.()]{0,89}[-\\w()]$", var.resource_group_name))
    error_message = "resource_group_name must be 1 to 90 letters, digits, and -_.() and must not end with a full stop."
  }
}

variable "tags" {
  type        = map(string)
  description = "Tags for every resource."
  default     = {}
}

# What the program is told

variable "accounts" {
  type        = list(string)
  description = "The emergency access accounts: user principal names or object ids. Empty if breakglass.yaml is in the package."
  default     = []
  validation {
    condition     = alltrue([for a in var.accounts : can(regex("^[^,\\s]+$", a))])
    error_message = "accounts must be user principal names or object ids, one in each entry, without commas and spaces."
  }
}

variable "schedule" {
  type        = string
  description = "When the daily look is, in six NCRONTAB fields (second minute hour day month weekday), UTC."
  default     = "0 0 6 * * *"
  validation {
    condition     = can(regex("^([0-9*/,-]+ ){4}[0-9A-Za-z*/,-]+ [0-9A-Za-z*/,-]+$", var.schedule))
    error_message = "schedule must have six fields: second minute hour day month weekday, such as 0 0 6 * * * for 06:00 UTC."
  }
  validation {
    condition     = var.without_alarm || endswith(var.schedule, " * * *")
    error_message = "schedule must be daily (end with * * *): the alarm for silence looks back two days at most. Or set without_alarm."
  }
}

variable "watch" {
  type        = bool
  description = "Whether the sign-ins and changes of the accounts are looked at every five minutes. Without it the daily run finds them."
  default     = true
}

variable "language" {
  type        = string
  description = "The language of messages: en or ja."
  default     = "en"
  validation {
    condition     = contains(["en", "ja"], var.language)
    error_message = "language must be en or ja."
  }
}

variable "sinks" {
  type        = set(string)
  description = "Which secrets the program uses, by the names of its settings. You put the values into the key vault yourself; they are never here."
  validation {
    condition     = length(setsubtract(var.sinks, local.secret_settings)) == 0
    error_message = "sinks must be of ${join(", ", sort(local.secret_settings))}."
  }
  validation {
    condition     = length(setintersection(var.sinks, ["SLACK_WEBHOOK_URL", "SLACK_BOT_TOKEN"])) < 2
    error_message = "sinks must have SLACK_WEBHOOK_URL or SLACK_BOT_TOKEN, not both."
  }
}

variable "slack_channel" {
  type        = string
  description = "The id of the channel that the Slack bot posts to. Only with SLACK_BOT_TOKEN."
  default     = ""
  validation {
    condition     = (var.slack_channel != "") == contains(var.sinks, "SLACK_BOT_TOKEN")
    error_message = "slack_channel goes with SLACK_BOT_TOKEN in sinks: give both or neither. A webhook has its own channel."
  }
  validation {
    condition     = var.slack_channel == "" || can(regex("^[CG][A-Z0-9]{6,}$", var.slack_channel))
    error_message = "slack_channel must be a channel's id, such as C0123456789, not its name."
  }
}

variable "teams_workflow_auth" {
  type        = string
  description = "What opens the Teams workflow: the signature in its URL, or the app's identity, so that the URL is no secret. Only with TEAMS_WORKFLOW_URL."
  default     = "signature"
  validation {
    condition     = contains(["signature", "identity"], var.teams_workflow_auth)
    error_message = "teams_workflow_auth must be signature or identity."
  }
  validation {
    condition     = var.teams_workflow_auth == "signature" || contains(var.sinks, "TEAMS_WORKFLOW_URL")
    error_message = "teams_workflow_auth is identity, but TEAMS_WORKFLOW_URL is not in sinks."
  }
}

variable "secret_writers" {
  type        = set(string)
  description = "Object ids of the people who may put secrets into the key vault."
  default     = []
  validation {
    condition     = alltrue([for id in var.secret_writers : can(regex("^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$", id))])
    error_message = "secret_writers must be object ids, such as az ad signed-in-user show --query id prints."
  }
}

# Who may in, and what is kept

variable "package_read_only" {
  type        = bool
  description = "Take from the identity the right to write the package. A deployment needs it: set this after one, and false before the next."
  default     = false
}

variable "admin_addresses" {
  type        = list(string)
  description = "Network addresses (CIDR) from which the app's own site answers: the run by hand, and parts of the portal. Empty: from none."
  default     = []
  validation {
    condition     = alltrue([for a in var.admin_addresses : can(cidrhost(a, 0))])
    error_message = "admin_addresses must be ranges such as 203.0.113.7/32."
  }
}

variable "deploy_addresses" {
  type        = list(string)
  description = "Network addresses (CIDR) from which packages may be deployed. Empty: from all; a role for the app is needed anyway."
  default     = []
  validation {
    condition     = alltrue([for a in var.deploy_addresses : can(cidrhost(a, 0))])
    error_message = "deploy_addresses must be ranges such as 203.0.113.7/32."
  }
}

variable "kept_days" {
  type        = number
  description = "For how many days an earlier memory or package, or a deleted one, can be brought back."
  default     = 30
  validation {
    condition     = var.kept_days >= 1 && var.kept_days <= 365 && floor(var.kept_days) == var.kept_days
    error_message = "kept_days must be a whole number from 1 to 365."
  }
}

# Who is told when nothing is heard any more

variable "alarm_emails" {
  type        = list(string)
  description = "Who is told by e-mail that the watch is silent. Best a mailbox outside of this tenant."
  default     = []
  validation {
    condition     = alltrue([for e in var.alarm_emails : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s.]+$", e))])
    error_message = "alarm_emails must be e-mail addresses."
  }
  validation {
    condition     = var.without_alarm || length(var.alarm_emails) + length(var.alarm_phones) > 0
    error_message = "Nobody would be told that the watch has stopped: give alarm_emails or alarm_phones, or set without_alarm."
  }
}

variable "alarm_phones" {
  type        = list(object({ country_code = string, number = string }))
  description = "Who is told by SMS that the watch is silent."
  default     = []
  validation {
    condition     = alltrue([for p in var.alarm_phones : can(regex("^[0-9]{1,3}$", p.country_code)) && can(regex("^[0-9]{4,14}$", p.number))])
    error_message = "alarm_phones must have digits only: country_code such as 81, number such as 9012345678."
  }
}

variable "without_alarm" {
  type        = bool
  description = "Make no alarm. Then something else must notice that the watch is silent."
  default     = false
}

variable "silence_hours" {
  type        = number
  description = "After how many hours without a complete daily look there is an alarm."
  default     = 26 # a day, a slow run, and a late log
  validation {
    condition     = var.silence_hours >= 25 && var.silence_hours <= 48 && floor(var.silence_hours) == var.silence_hours
    error_message = "silence_hours must be a whole number from 25 to 48: a log alert looks back two days at most."
  }
}

variable "watch_silence_hours" {
  type        = number
  description = "After how many hours without a complete look at the sign-ins there is an alarm; null for none."
  default     = 2
  validation {
    condition     = var.watch_silence_hours == null || can(regex("^([1-9]|[1-3][0-9]|4[0-8])$", tostring(var.watch_silence_hours)))
    error_message = "watch_silence_hours must be a whole number from 1 to 48, or null."
  }
}

variable "alarm_on_errors" {
  type        = bool
  description = "Also an alarm when runs fail again and again, which comes sooner than that for silence."
  default     = true
}

variable "alarm_on_changes" {
  type        = bool
  description = "Also an e-mail or SMS for each change to the app, its roles, storage, key vault, logs and alarms. terraform apply makes some too."
  default     = true
}

# What is granted, and how much of everything

variable "grant_permissions" {
  type        = bool
  description = "Grant the Microsoft Graph permissions. false if somebody else does, who may."
  default     = true
}

variable "leave_out_permissions" {
  type        = set(string)
  description = "Microsoft Graph permissions that are not granted. What needs them is reported as unknown."
  default     = []
  validation {
    condition     = length(setsubtract(var.leave_out_permissions, keys(local.graph_permissions))) == 0
    error_message = "leave_out_permissions must be of ${join(", ", sort(keys(local.graph_permissions)))}."
  }
}

variable "multi_tenant" {
  type        = bool
  description = "Make an application that other tenants can consent to and that trusts the identity. This version of the program does not use it yet."
  default     = false
}

variable "maximum_instance_count" {
  type        = number
  description = "How many instances Flex Consumption may start. The timers run on one; some regions accept nothing below 40."
  default     = 40
  validation {
    condition     = var.maximum_instance_count >= 1 && var.maximum_instance_count <= 1000 && floor(var.maximum_instance_count) == var.maximum_instance_count
    error_message = "maximum_instance_count must be a whole number from 1 to 1000."
  }
}

variable "log_cap_gb" {
  type        = number
  description = "How many gigabytes are taken in a day, of the program's logs and of those of who touched it, each. What is beyond is lost, and the alarm for silence may come."
  default     = 0.1
  validation {
    condition     = var.log_cap_gb >= 0.023
    error_message = "log_cap_gb must be at least 0.023, the least that a workspace accepts."
  }
}
