"""The renderer: a Quarto project in, one web page, one PDF and one Word file out."""
