package redact

import (
	"slices"
	"strings"

	"breakglass/tenant"
)

// isPublic reports whether an id is Microsoft's and the same in every tenant: a directory
// role, a permission of Microsoft Graph, or one of publicIDs.
func isPublic(id string) bool {
	_, role := tenant.BuiltInRole(id)
	_, permission := tenant.GraphPermission(id)
	_, other := slices.BinarySearch(publicIDs(), strings.ToLower(id))
	return role || permission || other
}

// publicIDs are further ids of Microsoft's that rules compare with: applications, the
// tenants of its own applications, built-in strengths, and the methods that everybody has
// one of. In order. A test holds them to be all that the rules name.
func publicIDs() []string {
	return []string{
		"00000000-0000-0000-0000-000000000000",
		"00000000-0000-0000-0000-000000000002",
		"00000000-0000-0000-0000-000000000003",
		"00000000-0000-0000-0000-000000000004",
		"00000003-0000-0000-c000-000000000000",
		"28c10230-6103-485e-b985-444c60001490",
		"3179e48a-750b-4051-897c-87b9720928f7",
		"3d46dbda-8382-466a-856d-eb00cbc6b910",
		"3ddfcfc8-9383-446f-83cc-3ab9be4be18f",
		"72f988bf-86f1-41af-91ab-2d7cd011db47",
		"797f4846-ba00-4fd7-ba43-dac1f8f63013",
		"b6332ec1-7057-4abe-9331-3d72feddfe41",
		"c44b4083-3bb0-49c1-b47d-974e53cbdf3c",
		"e37fc753-ff3b-4958-9484-eaa9425c82bc",
		"f8cdef31-a31e-4b4a-93e4-5f571e91255a",
	}
}
