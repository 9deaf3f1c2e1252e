package checks

// Pages of Microsoft that more than one check comes from.
const (
	pageEmergencyAccess = "https://learn.microsoft.com/entra/identity/role-based-access-control/security-emergency-access"
	pageMandatoryMFA    = "https://learn.microsoft.com/entra/identity/authentication/concept-mandatory-multifactor-authentication"
	pageResilience      = "https://learn.microsoft.com/entra/architecture/resilience-in-credentials"
	pagePasskeys        = "https://learn.microsoft.com/entra/identity/authentication/how-to-authentication-passkeys-fido2"
	pageCertificates    = "https://learn.microsoft.com/entra/identity/authentication/concept-certificate-based-authentication"
	pagePIM             = "https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-how-to-add-role-to-user"
	pageRoleGroups      = "https://learn.microsoft.com/entra/identity/role-based-access-control/groups-concept"
	pagePolicyUsers     = "https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-users-groups"
	pageDomains         = "https://learn.microsoft.com/entra/identity/users/domains-manage"
	pageTextMessages    = "https://learn.microsoft.com/entra/identity/authentication/concept-authentication-phone-options"
	pageSignInLogs      = "https://learn.microsoft.com/entra/identity/monitoring-health/concept-sign-in-log-activity-details"
	pageAuditLogs       = "https://learn.microsoft.com/entra/identity/monitoring-health/reference-audit-activities"
	pageSignInActivity  = "https://learn.microsoft.com/graph/api/resources/signinactivity"
)
