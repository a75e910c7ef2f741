"""The editors' text: read from its folder, checked against the published figures, set into the chapters."""
