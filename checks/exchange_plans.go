package checks

// mailboxPlans names the service plans of Exchange Online that give a mailbox, by the id of
// the plan. POP and kiosk plans are mailboxes, too.
// https://learn.microsoft.com/entra/identity/users/licensing-service-plan-reference
func mailboxPlans() map[string]string {
	return map[string]string{
		"90927877-dcff-4af6-b346-2332c0b15bb7": "EXCHANGE_B_STANDARD",
		"d42bdbd6-c335-4231-ab3d-c8f348d5aff5": "EXCHANGE_L_STANDARD",
		"4a82b400-a79f-41a4-b4e2-e94f5787b113": "EXCHANGE_S_DESKLESS",
		"88f4d7ef-a73b-4246-8047-516022144c9f": "EXCHANGE_S_DESKLESS_GOV",
		"efb87545-963c-4e0d-99df-69c6916d9eb0": "EXCHANGE_S_ENTERPRISE",
		"8c3069c0-ccdb-44be-ab77-986203a67df2": "EXCHANGE_S_ENTERPRISE_GOV",
		"1126bef5-da20-4f07-b45e-ad25d2581aa8": "EXCHANGE_S_ESSENTIALS",
		"9aaf7827-d63c-4b61-89c3-182f06f82e5c": "EXCHANGE_S_STANDARD",
		"e9b4930a-925f-45e2-ac2a-3f7788ca6fdd": "EXCHANGE_S_STANDARD_GOV",
		"fc52cc4b-ed7d-472d-bbe7-b081c23ecc56": "EXCHANGE_S_STANDARD_MIDMARKET",
	}
}

// mailboxlessPlans names the service plans that come with the service exchange, or may, and
// give no mailbox: what Exchange Online knows of somebody who has none, archives of mailboxes
// that are elsewhere or belong to another plan, and what protects, searches or analyses mail.
// https://learn.microsoft.com/entra/identity/users/licensing-service-plan-reference
func mailboxlessPlans() map[string]string {
	return map[string]string{
		"f20fedf3-f3c3-43c3-8267-2bfdd51c0939": "ATP_ENTERPRISE",
		"493ff600-6a2b-4db6-ad37-a7d4eb214516": "ATP_ENTERPRISE_GOV",
		"9bec7e34-c9fa-40b7-a9d1-bd6d1165c7ed": "BPOS_S_DlpAddOn",
		"41fcdd7d-4733-4863-9cf4-c65b83ce2df4": "COMMUNICATIONS_COMPLIANCE",
		"6dc145d6-95dd-4191-b9c3-185575ee6f6b": "COMMUNICATIONS_DLP",
		"d9fa6af4-e046-4c89-9226-729a0786685d": "Content_Explorer",
		"2b815d45-56e4-4e3a-b65c-66cb9175b560": "ContentExplorer_Standard",
		"6db1f1db-2b46-403f-be40-e39395f08dbb": "CUSTOMER_KEY",
		"3ec18638-bd4c-4d3b-8905-479ed636b83e": "CustomerLockboxA_Enterprise",
		"46129a58-a698-46f0-aa5b-17f6586297d9": "DATA_INVESTIGATIONS",
		"326e2b78-9d27-42c9-8509-46c827743a17": "EOP_ENTERPRISE",
		"75badc48-628e-4446-8460-41344d73abd6": "EOP_ENTERPRISE_PREMIUM",
		"4de31727-a228-4ec3-a5bf-8e45b5ca48cc": "EQUIVIO_ANALYTICS",
		"d1cbfb67-18a8-4792-b643-630b7f19aad1": "EQUIVIO_ANALYTICS_GOV",
		"531ee2f8-b1cb-453b-9c21-d2180d014ca5": "EXCEL_PREMIUM",
		"34c0d7a0-a70f-4668-9238-47f9fc208882": "EXCHANGE_ANALYTICS",
		"208120d1-9adb-4daf-8c22-816bd5d237e7": "EXCHANGE_ANALYTICS_GOV",
		"da040e0a-b393-4bea-bb76-928b3fa1cf5a": "EXCHANGE_S_ARCHIVE",
		"176a09a6-7ec5-4039-ac02-b2791c6ba793": "EXCHANGE_S_ARCHIVE_ADDON",
		"113feb6c-3fe4-4440-bddc-54d774bf0318": "EXCHANGE_S_FOUNDATION",
		"922ba911-5694-4e99-a794-73aed9bfeec8": "EXCHANGE_S_FOUNDATION_GOV",
		"897d51f1-2cfa-4848-9b30-469149f5e68e": "EXCHANGEONLINE_MULTIGEO",
		"82d30987-df9b-4486-b146-198b21d164c7": "GRAPH_CONNECTORS_COPILOT",
		"a6520331-d7d4-4276-95f5-15c0933bc757": "GRAPH_CONNECTORS_SEARCH_INDEX",
		"b74d57b2-58e9-484a-9731-aeccbba954f0": "GRAPH_CONNECTORS_SEARCH_INDEX_TOPICEXP",
		"e26c2fcc-ab91-4a61-b35c-03cdc8dddf66": "INFO_GOVERNANCE",
		"c4801e8a-cb58-4c35-aca6-f2dcc106f287": "INFORMATION_BARRIERS",
		"d587c7a3-bda9-4f99-8776-9bcf59c84f75": "INSIDER_RISK",
		"9d0c4ee5-e4a1-4625-ab39-d82b619b1a34": "INSIDER_RISK_MANAGEMENT",
		"9f431833-0334-42de-a7dc-70aa40db46db": "LOCKBOX_ENTERPRISE",
		"89b5d3b1-3855-49fe-b46c-87c66dbc1526": "LOCKBOX_ENTERPRISE_GOV",
		"2f442157-a11c-46b9-ae5b-6e39ff4e5849": "M365_ADVANCED_AUDITING",
		"931e4a88-a67f-48b5-814f-16a5f1e6028d": "M365_COPILOT_INTELLIGENT_SEARCH",
		"a413a9ff-720c-4822-98ef-2f37c2a21f4c": "MICROSOFT_COMMUNICATION_COMPLIANCE",
		"94065c59-bc8e-4e8b-89e5-5138d471eaff": "MICROSOFT_SEARCH",
		"fc9f7921-4ca5-42c6-8533-1b84c4ee496b": "MICROSOFT_SEARCH_GCCH",
		"199a5c09-e0ca-4e37-8f7c-b05d533e1ea2": "MICROSOFTBOOKINGS",
		"64bfac92-2b17-4482-b5e5-a0304429de3e": "MICROSOFTENDPOINTDLP",
		"5136a095-5cf0-4aff-bec3-e84448b38ea5": "MIP_S_CLP1",
		"efb0351d-3b08-4503-993d-383af8de41e3": "MIP_S_CLP2",
		"cd31b152-6326-4d1b-ae1b-997b625182e6": "MIP_S_Exchange",
		"5b96ffc4-3853-4cf4-af50-e38505080f6b": "MIP_S_EXCHANGE_CO",
		"d2d51368-76c9-4317-ada2-a12c004c432f": "ML_CLASSIFICATION",
		"bf28f719-7844-4079-9c78-c1307898e192": "MTP",
		"33c4f319-9bdd-48d6-9c4d-410b750a4a5a": "MYANALYTICS_P2",
		"6e5b7995-bd4f-4cbd-9d19-0e32010c72f0": "MYANALYTICS_P2_GOV",
		"b1188c4c-1b36-4018-b48b-ee07604f6feb": "PAM_ENTERPRISE",
		"617b097b-4b93-4ede-83de-5f075bb5fb2f": "PREMIUM_ENCRYPTION",
		"07a4098c-3f2d-427f-bfe2-5889ed75dd7b": "PRIVACY_MANGEMENT_DSR_1",
		"7ca7f875-98db-4458-ab1b-47503826dd73": "PRIVACY_MANGEMENT_DSR_EXCHANGE",
		"93d24177-c2c3-408a-821d-3d25dfa66e7a": "PRIVACY_MANGEMENT_DSR_EXCHANGE_1",
		"f0241705-7b44-4401-a6b6-7055062b5b03": "PRIVACY_MANGEMENT_DSR_EXCHANGE_10",
		"5c221cec-2c39-435b-a1e2-7cdd7fac5913": "PRIVACY_MANGEMENT_DSR_EXCHANGE_100",
		"ebb17a6e-6002-4f65-acb0-d386480cebc1": "PRIVACY_MANGEMENT_RISK_EXCHANGE",
		"65cc641f-cccd-4643-97e0-a17e3045e541": "RECORDS_MANAGEMENT",
		"bf6f5520-59e3-4f82-974b-7dbbc4fd27c7": "SAFEDOCS",
		"8e0c0a52-6a6c-4d40-8370-dd62790dcd70": "THREAT_INTELLIGENCE",
		"900018f1-0cdb-4ecb-94d4-90281760fdc6": "THREAT_INTELLIGENCE_GOV",
	}
}

// otherServices are words of assignedPlan.service, in small letters, that are not Exchange
// Online. Microsoft publishes no list of them; these are what Graph says of tenants.
// https://learn.microsoft.com/graph/api/resources/assignedplan
func otherServices() []string {
	return []string{
		"aadpremiumservice", "accesscontrols2s", "adallom", "azureadvancedthreatanalytics", "bing", "crm", "deskless", "dyn365aiserviceinsights", "erp",
		"learningappserviceinteams", "microsoftcommunicationsonline", "microsoftdefenderatp", "microsoftformsprotest",
		"microsoftkaizala", "microsoftoffice", "microsoftstream", "microsoftthreatprotection", "mixedrealitycollaborationservices", "multifactorservice", "netbreeze",
		"officeforms", "powerappsservice", "powerbi", "powervirtualagents", "processsimple", "projectprogramsandportfolios", "projectworkmanagement", "rmsonline", "sco",
		"sharepoint", "sway", "teamspaceapi", "to-do", "universalprint", "whiteboardservices", "windows", "windowsdefenderatp", "windowsupdateforbusinesscloudextensions",
		"yammerenterprise",
	}
}
