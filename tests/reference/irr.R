# Makes irr.json: Rscript irr.R agreement.json > irr.json
#
# Needs irr 0.84.1 and the judgements of agreement.json (coders x units, null missing), cut out here without a JSON package.
# kappa2 and kappam.fleiss take units x coders and drop units with a missing judgement; kripp.alpha takes coders x units. With more than two
# coders and nothing missing this irr counts each pair m - 1 times too often, so alpha is left out there.
library(irr)

text <- paste(readLines(commandArgs(TRUE)[1]), collapse = " ")
cases <- regmatches(text, gregexpr('"name": "[^"]*", *"coders": \\[( *\\[[^]]*\\],?)* *\\]', text))[[1]]
out <- c()
for (case in cases) {
  name <- sub('"name": "([^"]*)".*', "\\1", case)
  rows <- regmatches(case, gregexpr("\\[[0-9nul, ]+\\]", case))[[1]]
  judge <- do.call(rbind, lapply(strsplit(gsub("[][ ]", "", rows), ","), function(x) as.numeric(ifelse(x == "null", NA, x))))
  complete <- !any(is.na(judge))
  number <- function(x) if (is.na(x)) "null" else sprintf("%.12f", x)
  cohen <- if (complete && nrow(judge) == 2) kappa2(t(judge))$value else NA
  fleiss <- if (complete) kappam.fleiss(t(judge))$value else NA
  alpha <- if (complete && nrow(judge) > 2) NA else kripp.alpha(judge, "nominal")$value
  out <- c(out, sprintf('{"name": "%s", "cohen": %s, "fleiss": %s, "alpha": %s}', name, number(cohen), number(fleiss), number(alpha)))
}
cat("[\n", paste(out, collapse = ",\n"), "\n]\n", sep = "")
