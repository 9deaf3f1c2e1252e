package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"breakglass/checks"
)

// permissionsAz writes the commands of the Azure CLI that grant the permissions to an
// identity. They say of each what became of it, and at the end what is held as read again:
// its status is 0 if nothing is missing. They may be run again, and pasted.
func permissionsAz(w io.Writer, identity string) error {
	var b strings.Builder
	fmt.Fprintf(&b, `# For bash or sh, as a Privileged Role Administrator, after az login. It may be run again: what is held is left as it is.
# In another cloud, put its Microsoft Graph in the place of graph.microsoft.com.
identity=%s # the object id or the client id of the managed identity
graph=https://graph.microsoft.com/v1.0
principal=$(az ad sp show --id "$identity" --query id --output tsv)
resource=$(az ad sp show --id 00000003-0000-0000-c000-000000000000 --query id --output tsv)
held() {
  az rest --method GET --url "$graph/servicePrincipals/$principal/appRoleAssignments?\$top=999" --query "value[?resourceId=='$resource'].appRoleId" --output tsv </dev/null
}
needed='
`, cmp.Or(identity, "..."))
	for _, permission := range checks.Permissions() {
		fmt.Fprintf(&b, "%s %s\n", permission.ID, permission.Name)
	}
	b.WriteString(`'
before=$(held)
echo "$needed" | while read -r role name; do
  case "$role:$before" in
  :*) ;;
  *:*"$role"*) echo "held already $name" ;;
  *) az rest --method POST --url "$graph/servicePrincipals/$principal/appRoleAssignments" --output none </dev/null \
      --body "{\"principalId\":\"$principal\",\"resourceId\":\"$resource\",\"appRoleId\":\"$role\"}" && echo "granted $name" || echo "NOT GRANTED $name" ;;
  esac
done
sleep 10 # Microsoft Graph takes a while to show what was granted
after=$(held)
echo "$after" # the app role ids that are held
echo "$needed" | {
  missing=0
  while read -r role name; do
    case "$role:$after" in
    :* | *:*"$role"*) ;;
    *) echo "NOT SEEN $name: run this again in a few minutes" && missing=1 ;;
    esac
  done
  test "$missing" = 0 && echo "Nothing is missing."
}
`)
	_, err := io.WriteString(w, b.String())
	return err
}
