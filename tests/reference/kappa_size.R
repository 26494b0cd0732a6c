# Makes kappa_size.json: Rscript kappa_size.R > kappa_size.json
#
# Needs kappaSize 1.2. The lower limits it expects of kappa for a number of posts, two raters and a binary code. Its alpha is that of a
# one-sided limit, and it looks for the limit in steps of 0.001.
library(kappaSize)

rows <- c()
for (kappa in c(0.6, 0.7, 0.8, 0.9)) for (prevalence in c(0.1, 0.3, 0.5)) for (n in c(50, 100, 400)) {
  lower <- FixedNBinary(kappa0 = kappa, n = n, props = prevalence, raters = 2, alpha = 0.025)$kappaL
  rows <- c(rows, sprintf('{"kappa": %g, "prevalence": %g, "n": %d, "alpha": 0.025, "lower": %.3f}', kappa, prevalence, n, lower))
}
cat("[\n", paste(rows, collapse = ",\n"), "\n]\n", sep = "")
