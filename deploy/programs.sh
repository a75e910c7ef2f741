#!/usr/bin/env bash
# Programs from the operating system: found, installed where they can be, or asked for in one clear sentence.
#   deploy/programs.sh browser   Chrome or Chromium, which draws the charts of PDF and DOCX
#   deploy/programs.sh test      besides, what the tests read reports and workbooks with: pdftotext and LibreOffice
# ssh-keygen signs returns and reads signatures; nothing else needs it.
set -u

found() { for name in "$@"; do command -v "$name" >/dev/null 2>&1 && return 0; done; return 1; }

missing=()
found chromium chromium-browser google-chrome google-chrome-stable chrome || missing+=(chromium)
found ssh-keygen || missing+=(openssh-client)
if [ "${1:-browser}" = test ]; then
  found pdftotext || missing+=(poppler-utils)
  found soffice libreoffice || missing+=(libreoffice-writer-nogui)
  compgen -G '/usr/lib*/libreoffice/program/libsclo.so' >/dev/null || missing+=(libreoffice-calc-nogui)
fi
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing ${missing[*]} (apt) …"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null 2>&1 && exit 0
fi
echo "Please install ${missing[*]} (for example: sudo apt-get install ${missing[*]}). Without Chromium, HTML is built but PDF and DOCX are not; without openssh-client nothing can be signed." >&2
exit 0
