mock_data "azuread_service_principal" {
  defaults = {
    client_id = "00000003-0000-0000-c000-000000000000"
    object_id = "33333333-3333-3333-3333-333333333333"
  }
}

override_resource {
  target = azuread_application.multi
  values = {
    id        = "/applications/44444444-4444-4444-4444-444444444444"
    client_id = "55555555-5555-5555-5555-555555555555"
  }
}
