#!/bin/sh
# Validates the Terraform configuration beside this script and runs its tests. They need the providers, which terraform
# takes from their registry, and no credentials: Azure is mocked. It ends with 0 if all tests pass, with 1 if the
# configuration or a test is wrong, and with 75 if nothing could be told because terraform or the registry is out of
# reach.
set -eu
cd "$(dirname "$0")"

unavailable=75 # EX_TEMPFAIL of sysexits.h

not_run() {
	echo "NOT RUN: $1." >&2
	echo "terraform init, validate and test did not run, so this says nothing about the configuration, good or bad." >&2
	exit "$unavailable"
}

command -v terraform >/dev/null || not_run "terraform is missing (https://developer.hashicorp.com/terraform/install)"

echo "terraform init"
if ! said=$(terraform init -backend=false -input=false -no-color 2>&1); then
	echo "$said" >&2
	# terraform breaks its lines and puts bars beside them.
	if echo "$said" | tr -s '\n│ ' ' ' | grep -Eq 'could not connect to|failed to request discovery document|failed to retrieve (authentication|cryptographic)|dial tcp|no such host|connection (refused|reset)|TLS handshake|i/o timeout|Client\.Timeout|context deadline exceeded'; then
		not_run "the provider registry cannot be reached"
	fi
	echo "INVALID: terraform init refuses the configuration; the reason is above." >&2
	exit 1
fi

echo "terraform validate"
terraform validate -no-color || { echo "INVALID: see above." >&2; exit 1; }

echo "terraform test"
terraform test -no-color || { echo "A TEST FAILED: see above." >&2; exit 1; }
