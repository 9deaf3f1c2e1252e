terraform {
  required_version = ">= 1.9.0" # validations that look at another variable

  required_providers {
    azapi = {
      source  = "Azure/azapi"
      version = ">= 2.4.0, < 3.0.0"
    }
    azuread = {
      source  = "hashicorp/azuread"
      version = ">= 3.0.0, < 4.0.0"
    }
  }
}

provider "azapi" {
  subscription_id = var.subscription_id
  tenant_id       = var.tenant_id
  environment     = local.cloud.azapi

  # Only what response_export_values names enters the state.
  disable_default_output = true
}

provider "azuread" {
  tenant_id   = var.tenant_id
  environment = local.cloud.azuread
}

locals {
  # The addresses of each cloud, and what a federated credential's token is for:
  # https://learn.microsoft.com/graph/deployments
  # https://learn.microsoft.com/entra/workload-id/workload-identity-federation-config-app-trust-managed-identity
  clouds = {
    public = {
      azapi    = "public"
      azuread  = "global"
      graph    = "" # the program's default
      login    = "https://login.microsoftonline.com"
      exchange = "api://AzureADTokenExchange"
    }
    usgovernment = {
      azapi    = "usgovernment"
      azuread  = "usgovernmentl4"
      graph    = "https://graph.microsoft.us/v1.0"
      login    = "https://login.microsoftonline.us"
      exchange = "api://AzureADTokenExchangeUSGov"
    }
    dod = {
      azapi    = "usgovernment"
      azuread  = "usgovernmentl5"
      graph    = "https://dod-graph.microsoft.us/v1.0"
      login    = "https://login.microsoftonline.us"
      exchange = "api://AzureADTokenExchangeUSGov"
    }
    china = {
      azapi    = "china"
      azuread  = "china"
      graph    = "https://microsoftgraph.chinacloudapi.cn/v1.0"
      login    = "https://login.partner.microsoftonline.cn"
      exchange = "api://AzureADTokenExchangeChina"
    }
  }

  cloud = local.clouds[var.cloud]
}
