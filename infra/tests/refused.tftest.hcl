# Each validation refuses what it is for.

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

run "subscription_by_name" {
  command = plan
  variables {
    subscription_id = "Production"
  }
  expect_failures = [var.subscription_id]
}

run "tenant_by_domain" {
  command = plan
  variables {
    tenant_id = "contoso.onmicrosoft.com"
  }
  expect_failures = [var.tenant_id]
}

run "unknown_cloud" {
  command = plan
  variables {
    cloud = "germany"
  }
  expect_failures = [var.cloud]
}

run "region_by_display_name" {
  command = plan
  variables {
    location = "Sweden Central"
  }
  expect_failures = [var.location]
}

run "name_with_hyphen" {
  command = plan
  variables {
    name = "break-glass"
  }
  expect_failures = [var.name]
}

run "name_too_long" {
  command = plan
  variables {
    name = "abcdefghijklmnopqrs"
  }
  expect_failures = [var.name]
}

run "name_begins_with_digit" {
  command = plan
  variables {
    name = "1contoso"
  }
  expect_failures = [var.name]
}

run "group_ends_with_stop" {
  command = plan
  variables {
    resource_group_name = "shared."
  }
  expect_failures = [var.resource_group_name]
}

run "accounts_in_one_text" {
  command = plan
  variables {
    accounts = ["ea01@contoso.example,ea02@contoso.example"]
  }
  expect_failures = [var.accounts]
}

run "five_fields" {
  command = plan
  variables {
    schedule = "0 6 * * *"
  }
  expect_failures = [var.schedule]
}

run "seven_fields" {
  command = plan
  variables {
    schedule = "0 0 6 * * * *"
  }
  expect_failures = [var.schedule]
}

run "schedule_is_a_time" {
  command = plan
  variables {
    schedule = "06:00"
  }
  expect_failures = [var.schedule]
}

run "weekly_with_alarm" {
  command = plan
  variables {
    schedule = "0 0 6 * * MON"
  }
  expect_failures = [var.schedule]
}

run "workflow_without_url" {
  command = plan
  variables {
    teams_workflow_auth = "identity"
  }
  expect_failures = [var.teams_workflow_auth]
}

run "unknown_workflow_auth" {
  command = plan
  variables {
    teams_workflow_auth = "password"
  }
  expect_failures = [var.teams_workflow_auth]
}

run "unknown_language" {
  command = plan
  variables {
    language = "de"
  }
  expect_failures = [var.language]
}

run "unknown_sink" {
  command = plan
  variables {
    sinks = ["PAGERDUTY_KEY"]
  }
  expect_failures = [var.sinks]
}

run "slack_twice" {
  command = plan
  variables {
    sinks         = ["SLACK_WEBHOOK_URL", "SLACK_BOT_TOKEN"]
    slack_channel = "C0123456789"
  }
  expect_failures = [var.sinks]
}

run "bot_without_channel" {
  command = plan
  variables {
    sinks = ["SLACK_BOT_TOKEN"]
  }
  expect_failures = [var.slack_channel]
}

run "channel_without_bot" {
  command = plan
  variables {
    slack_channel = "C0123456789"
  }
  expect_failures = [var.slack_channel]
}

run "channel_by_name" {
  command = plan
  variables {
    sinks         = ["SLACK_BOT_TOKEN"]
    slack_channel = "#alerts"
  }
  expect_failures = [var.slack_channel]
}

run "writer_by_name" {
  command = plan
  variables {
    secret_writers = ["k.sato@contoso.example"]
  }
  expect_failures = [var.secret_writers]
}

run "no_email_address" {
  command = plan
  variables {
    alarm_emails = ["oncall"]
  }
  expect_failures = [var.alarm_emails]
}

run "nobody_to_tell" {
  command = plan
  variables {
    alarm_emails = []
  }
  expect_failures = [var.alarm_emails]
}

run "phone_with_plus" {
  command = plan
  variables {
    alarm_phones = [{ country_code = "+81", number = "9012345678" }]
  }
  expect_failures = [var.alarm_phones]
}

run "phone_with_hyphens" {
  command = plan
  variables {
    alarm_phones = [{ country_code = "81", number = "90-1234-5678" }]
  }
  expect_failures = [var.alarm_phones]
}

run "silence_shorter_than_a_day" {
  command = plan
  variables {
    silence_hours = 24
  }
  expect_failures = [var.silence_hours]
}

run "silence_longer_than_an_alert_looks" {
  command = plan
  variables {
    silence_hours = 49
  }
  expect_failures = [var.silence_hours]
}

run "silence_in_parts_of_hours" {
  command = plan
  variables {
    silence_hours = 26.5
  }
  expect_failures = [var.silence_hours]
}

run "watch_silence_of_no_time" {
  command = plan
  variables {
    watch_silence_hours = 0
  }
  expect_failures = [var.watch_silence_hours]
}

run "watch_silence_too_long" {
  command = plan
  variables {
    watch_silence_hours = 49
  }
  expect_failures = [var.watch_silence_hours]
}

run "unknown_permission" {
  command = plan
  variables {
    leave_out_permissions = ["Directory.ReadWrite.All"]
  }
  expect_failures = [var.leave_out_permissions]
}

run "no_instance" {
  command = plan
  variables {
    maximum_instance_count = 0
  }
  expect_failures = [var.maximum_instance_count]
}

run "cap_below_the_least" {
  command = plan
  variables {
    log_cap_gb = 0.01
  }
  expect_failures = [var.log_cap_gb]
}

run "admin_address_without_range" {
  command = plan
  variables {
    admin_addresses = ["203.0.113.7"]
  }
  expect_failures = [var.admin_addresses]
}

run "deploy_address_by_name" {
  command = plan
  variables {
    deploy_addresses = ["office.contoso.example"]
  }
  expect_failures = [var.deploy_addresses]
}

run "kept_for_no_day" {
  command = plan
  variables {
    kept_days = 0
  }
  expect_failures = [var.kept_days]
}

run "kept_for_more_than_a_year" {
  command = plan
  variables {
    kept_days = 366
  }
  expect_failures = [var.kept_days]
}

run "kept_for_parts_of_days" {
  command = plan
  variables {
    kept_days = 1.5
  }
  expect_failures = [var.kept_days]
}
