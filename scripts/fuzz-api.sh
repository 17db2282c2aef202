#!/usr/bin/env bash
# Sends thousands of generated calls to the built server, right ones and wrong ones, and holds each answer to the OpenAPI
# document: no status of the server's fault, none that the document does not name, every body by its schema.
#
#   npm run build && scripts/fuzz-api.sh [SCHEMATHESIS]
#
# SCHEMATHESIS is the command (pip install schemathesis); CASES the most examples of an operation, 90 unless set.
set -euo pipefail
cd "$(dirname "$0")/.."
schemathesis=$(command -v "${1:-schemathesis}")
folder=$(mktemp -d)
server=
stop() {
  if [ -n "$server" ]; then kill "$server" 2> /dev/null || true; wait "$server" 2> /dev/null || true; fi
  rm -rf "$folder"
}
trap stop EXIT

node dist/main.js demo --dir "$folder/demo" > /dev/null
node dist/main.js serve --port 0 -w "$folder/demo" > "$folder/server.txt" 2>&1 &
server=$!
for _ in $(seq 100); do
  url=$(grep -o 'http://127\.0\.0\.1:[0-9]*' "$folder/server.txt" | head -1 || true)
  if [ -n "$url" ]; then break; fi
  sleep 0.2
done
# The stream of events has no end, and a run would work on while the others are called.
status=0
cd "$folder"
"$schemathesis" run "$url/docs/json" --phases examples,coverage,fuzzing \
  --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,unsupported_method,negative_data_rejection,allow_header_conformance \
  --continue-on-failure --max-examples "${CASES:-90}" --seed 1 --exclude-path /api/v1/events \
  --exclude-operation-id startRun --request-timeout 20 --no-color || status=$?
kill -0 "$server" || { echo 'The server has ended:'; cat "$folder/server.txt"; exit 1; }
peak=$(awk '/VmHWM/ { print int($2 / 1024) }' "/proc/$server/status" 2> /dev/null || echo 0)
echo "greatest memory of the server: $peak MiB"
[ "$peak" -lt 1024 ] || { echo 'That is more than 1 GiB.'; exit 1; }
exit "$status"
