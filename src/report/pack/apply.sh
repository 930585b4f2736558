#!/bin/sh
# Sets the scopes of tokens of one workspace to what their history shows they need.
#
#   ./apply.sh [--run] [--owner] [--curl] WORKSPACE [TOKEN...]
#
# Without --run it only prints what it would do. Without TOKEN it takes every token of the workspace's folder here.
#   --owner  change your own tokens; otherwise those of others, as a workspace admin (Premium)
#   --curl   use curl instead of the Databricks CLI
# DATABRICKS_HOST and DATABRICKS_TOKEN come from the environment; that token needs the scope `authentication`.
#
# A list set by hand replaces the whole list and ends auto-scoping for the token for good. It takes up to 10 minutes to
# spread: run it before a deployment window, not during a failing job. Tokens that Terraform calls with have a .tf file beside
# them and are changed here only when named: if Terraform made them, their list belongs there.
set -eu

suffix=json
run=no
path=/api/2.0/token-management/tokens
tool=cli
while [ $# -gt 0 ]; do
    case $1 in
        --run) run=yes ;;
        --owner) path=/api/2.0/token ;;
        --curl) tool=curl ;;
        -h | --help) sed -n '2,/^set -eu/{/^set -eu/!p;}' "$0"; exit 0 ;;
        -*) echo "unknown option: $1" >&2; exit 2 ;;
        *) break ;;
    esac
    shift
done
if [ $# -eq 0 ]; then
    echo "name a workspace: $0 [--run] [--owner] [--curl] WORKSPACE [TOKEN...]" >&2
    exit 2
fi
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
folder=$here/$1
shift
if [ ! -d "$folder" ]; then
    echo "no remedies for this workspace in $here" >&2
    exit 2
fi

change() {
    token=$1
    # Not touched unless named: there a new list means a new token.
    if [ "$named" = no ] && [ -f "$folder/$token.tf" ]; then
        echo "left out $token, which Terraform calls with: see $folder/$token.tf, or name it to change it here"
        return 0
    fi
    file=$folder/$token.$suffix
    if [ ! -f "$file" ]; then
        echo "no file $file" >&2
        return 1
    fi
    if [ "$run" = no ]; then
        echo "would send PATCH $path/$token:"
        cat "$file"
    elif [ "$tool" = cli ]; then
        databricks api patch "$path/$token" --json "@$file"
    else
        # The secret goes through standard input, so that no process list shows it.
        printf 'header = "Authorization: Bearer %s"\n' "${DATABRICKS_TOKEN:?is not set}" |
            curl --config - --fail-with-body --silent --show-error --request PATCH \
                --header 'Content-Type: application/json' --data "@$file" "${DATABRICKS_HOST:?is not set}$path/$token"
    fi
}

named=yes
if [ $# -eq 0 ]; then
    named=no
    for file in "$folder"/*.json; do
        name=$(basename "$file" .json)
        case $name in
            *.undo) [ "$suffix" = undo.json ] && set -- "$@" "${name%.undo}" ;;
            *) [ "$suffix" = json ] && set -- "$@" "$name" ;;
        esac
    done
fi
for token in "$@"; do
    change "$token"
done
if [ "$run" = no ]; then
    echo "Nothing was changed. Add --run to do it."
fi
