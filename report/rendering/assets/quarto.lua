-- For the Quarto command line only: Word shows PNG, and an author's comments are published nowhere.
function Image(image)
  if FORMAT:match("docx") then
    image.src = image.src:gsub("%.svg$", ".png")
    return image
  end
end

local function without_comment(raw)
  if raw.format == "html" and raw.text:match("^%s*<!%-%-") then
    return {}
  end
end

RawBlock, RawInline = without_comment, without_comment
