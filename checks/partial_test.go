package checks

// partialJudgements are cases in which a list was read, and it is known that there may be
// more: what stands in it counts, and that nothing else does cannot be told.
func partialJudgements() []judgement {
	const preview = `unreadable = {"conditionalAccessPolicies": {"status": 503, "code": "serviceNotAvailable"}}`
	return []judgement{
		{
			name: "not every policy was read", changes: []string{preview},
			want: map[string]string{
				"policy-excluded ea01": "unknown medium", "policy-report-only ea01": "unknown low", "policy-no-dangling tenant": "unknown low",
				"policy-group-protected tenant": "unknown high", "account-undeclared aaaaaaaa-0000-4000-8000-000000000003": "pass",
				"survival-emergency tenant": "unknown critical", "activity-changes ea01": "pass",
			},
			says: map[string]string{"policy-excluded ea01": "serviceNotAvailable"},
		},
		{
			name: "not every policy was read, and one of them applies", changes: []string{preview, included},
			want: map[string]string{"policy-excluded ea01": "fail medium", "policy-excluded ea02": "fail medium"},
		},
		{
			name: "not every application was read", changes: []string{`unreadable = {"servicePrincipals": {"status": 403, "code": "Authorization_RequestDenied"}}`},
			want: map[string]string{"tamper-applications tenant": "unknown medium", "tamper-applications eeeeeeee-0000-4000-8000-000000000001": "pass"},
		},
	}
}
