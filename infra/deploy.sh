#!/bin/sh
# Deploys a package to the function app: infra/deploy.sh <zip>. It shows the commands, asks, runs them, and looks
# whether the host found both functions. DEPLOY_YES=1 does not ask.
#
# Where to is what Terraform made, or DEPLOY_SUBSCRIPTION, DEPLOY_GROUP and DEPLOY_APP together.
set -eu

usage() {
	echo "deploy: $1" >&2
	exit 64 # EX_USAGE of sysexits.h
}

[ $# -eq 1 ] || usage "expected one package: infra/deploy.sh <zip>"
zip=$1
[ -f "$zip" ] || usage "there is no $zip"
command -v az >/dev/null || usage "the Azure CLI is missing (https://learn.microsoft.com/cli/azure/install-azure-cli)"

output() {
	terraform -chdir="$(dirname "$0")" output -raw "$1" 2>/dev/null ||
		usage "Terraform does not say where to: run terraform apply in infra first, or set DEPLOY_SUBSCRIPTION, DEPLOY_GROUP and DEPLOY_APP"
}

if [ -n "${DEPLOY_SUBSCRIPTION:-}${DEPLOY_GROUP:-}${DEPLOY_APP:-}" ]; then
	: "${DEPLOY_SUBSCRIPTION:?set all three}" "${DEPLOY_GROUP:?set all three}" "${DEPLOY_APP:?set all three}"
else
	DEPLOY_SUBSCRIPTION=$(output subscription_id)
	DEPLOY_GROUP=$(output resource_group_name)
	DEPLOY_APP=$(output app_name)
fi

# Each step is written once, and is shown or run by what it is given.
deploy() {
	"$@" az functionapp deployment source config-zip --subscription "$DEPLOY_SUBSCRIPTION" --resource-group "$DEPLOY_GROUP" --name "$DEPLOY_APP" --src "$zip"
}
list() {
	"$@" az functionapp function list --subscription "$DEPLOY_SUBSCRIPTION" --resource-group "$DEPLOY_GROUP" --name "$DEPLOY_APP" --query '[].name' --output tsv
}

show() {
	line=
	for word; do
		case $word in
		'' | *[!-A-Za-z0-9_./:=]*) word="'$(printf %s "$word" | sed "s/'/'\\\\''/g")'" ;;
		esac
		line="$line $word"
	done
	echo " $line"
}

echo "These commands deploy $zip:"
deploy show
list show
if [ "${DEPLOY_YES:-}" != 1 ]; then
	printf 'Run them? [y/N] '
	read -r answer || answer=
	case $answer in
	y | Y | yes) ;;
	*)
		echo "Nothing was deployed."
		exit 1
		;;
	esac
fi

deploy command || {
	echo "Not deployed; the reason is above. If it is the storage that refuses (403): package_read_only must be false, for some minutes already." >&2
	echo "If it is the site that refuses: your address must be in deploy_addresses, where that names any." >&2
	exit 1
}

# The host leaves out a function whose schedule is missing, and says nothing; and it needs a while to look.
for attempt in 1 2 3 4 5 6 7 8 9 10 11 12; do
	[ "$attempt" -eq 1 ] || sleep "${DEPLOY_WAIT:-10}"
	found=$(list command)
	missing=
	for function in EmergencyAccess Watch; do
		echo "$found" | grep -Eq "(^|/)$function[[:space:]]*\$" || missing="$missing $function"
	done
	[ -n "$missing" ] || break
done
if [ -n "$missing" ]; then
	echo "The package is deployed, but the host does not list:$missing." >&2
	echo "Look at the app setting BREAKGLASS_SCHEDULE, and at the app's log stream." >&2
	exit 1
fi
echo "Deployed: the host lists EmergencyAccess and Watch. How to make the first run by hand is in infra/README.md."
