#!/usr/bin/env bash
# Static images of charts need Chrome or Chromium: found, installed where it can be, or asked for in one sentence.
set -u
for name in chromium chromium-browser google-chrome google-chrome-stable chrome; do
  command -v "$name" >/dev/null 2>&1 && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing Chromium for the charts of PDF and DOCX (apt) …"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null && exit 0
fi
echo "Please install Chromium or Chrome (for example: sudo apt-get install chromium): PDF and DOCX need it; HTML is built without." >&2
exit 0
