"""What is said to a typical wrong answer: why, never the number."""

HINTS = {
    "right": "right.",
    "foretold": (
        "a prediction, and it did not come true. It counts all the same: write in one sentence "
        "what you had not thought of."
    ),
    "missing": "empty.",
    "unknown": (
        "not right, and not a mistake that we know. Print the rows that go in: which sectors, "
        "which two months, which column?"
    ),
    "word": "not one of the words that the text above offers, or not the right one.",
    "finite": (
        "not a finite number. A missing value in one row makes a sum missing: drop the rows where "
        "the change or the exposure is missing, and count them."
    ),
    "sign": (
        "right size, wrong sign. A change is later less earlier: log(P1) - log(P0). A difference "
        "of slopes is after less before."
    ),
    "log10": (
        "this is log10. Natural logs (np.log) read as growth rates near zero; log10 is smaller by "
        "the factor 2.303, so the slope is too."
    ),
    "percent": (
        "100 times too large. Exposure and log points are fractions: write 0.10, not 10, and say "
        "'per cent' only in words."
    ),
    "levels": (
        "this is a change of the index itself. Take logs first: sectors start from different "
        "levels."
    ),
    "alpha": (
        "this is alpha. Alpha counts tasks that a model alone speeds up (E1); beta adds half of "
        "those that need software around it (E2). Look at the column."
    ),
    "other_rater": (
        "this is the other rater's column: gpt4_... are labels by GPT-4, human_... by people."
    ),
    "swapped": "right numbers in each other's place: look at which name goes with which.",
    "ddof": (
        "a wrong divisor: n, n - 1 or n - 2. Two coefficients are estimated, so n - 2 residuals "
        "are free; a standard deviation of a sample has n - 1 (pandas does; numpy needs ddof=1). "
        "np.cov divides by n - 1 and np.var by n: do not mix them."
    ),
    "variance": (
        "this is a variance. The standard error is its square root, in the units of the slope."
    ),
    "origin": (
        "a line through the origin. Without an intercept the slope must also explain the mean, "
        "which is not zero."
    ),
    "x_on_y": (
        "exposure on the change. The outcome stands left: divide by the variance of exposure."
    ),
    "r": (
        "this is the correlation. R squared is its square: the share of the variance of the "
        "outcome."
    ),
    "robust": (
        "this is a robust error (HC). The question asks for the classical one: one variance for "
        "all residuals."
    ),
    "all": "this is the slope of all sectors. Leave the sector out, then fit again.",
    "wrong_sector": (
        "another sector was left out. The name is software_development; mathematics and "
        "it_operations_helpdesk stay in."
    ),
    "outcome_only": (
        "the sector is still in: setting its outcome to zero is not leaving it out. Drop its row."
    ),
    "wrong_year": (
        "another window. The placebo is the twelve months that end with the month of the release: "
        "its last month is 2022-11, its first 2021-11."
    ),
    "two_years": (
        "this window spans both years. A placebo must end before anything can have happened."
    ),
    "added": "the two slopes were added. Subtract: after less before.",
    "cumulative": (
        "sectors were left out for good, so that ever fewer are left. Put each back before the "
        "next goes: start from the full table in each turn."
    ),
    "in_sample": (
        "this is the largest residual. A sector moves a slope by residual and leverage together: "
        "compare slopes with and without."
    ),
    "correlation": (
        "this is a correlation. It is symmetric; reliability here is a slope: covariance over the "
        "variance of the rater whose slope is to be mended."
    ),
    "multiplied": (
        "multiplied where you should divide. Error in the regressor shrinks a slope; the "
        "correction makes it larger in size."
    ),
    "squared": (
        "this is squared. Reliability is a covariance over a variance; the covariance is not "
        "squared."
    ),
    "wrong_variance": (
        "divided by the variance of the other rater. The error that shrinks the slope on GPT-4's "
        "rating is in GPT-4's rating."
    ),
    "one_rater": (
        "this is the slope on one rater. Average the two columns row by row first, then fit."
    ),
    "one_sided": (
        "a one-sided test. An interval of 95 per cent goes with a two-sided test: |t| above its "
        "97.5 per cent point."
    ),
    "beta_error": (
        "this is the chance to miss the effect. Power is the chance to find it: one less that."
    ),
    "sd_as_variance": (
        "the spread was taken for a variance. rng.normal takes a standard deviation as its scale: "
        "no square root, no square."
    ),
    "one_draw": (
        "0 or 1: one sample tells nothing. Repeat the whole experiment 2,000 times or more."
    ),
    "no_null": (
        "this is the power at your slope. The size of a test is how often it rejects when the "
        "true slope is zero."
    ),
    "factor_two": (
        "this is twice the standard error: what an estimate needs to be significant. A true slope "
        "of that size is found in half of the samples only; four in five takes 2.8."
    ),
    "choice_scale": (
        "not the whole story: the order of the slopes per standard deviation is a matter of the "
        "data. What changes for sure with the measure is what one unit means."
    ),
    "choice_cause": (
        "the data show an association. A slope that was there before the event cannot be put down "
        "to it, and a difference has other reasons too."
    ),
    "not_quoted": "the value is not that of the key. Read it with paper(key)['value'].",
    "words": (
        "between 120 and 400 words, please: what is claimed, a rival, what the rival predicts, "
        "what the data say."
    ),
    "not_a_key": "not a key of the record. List some: [k for k in record() if 'slope' in k].",
    "cannot": "between 30 and 200 words: what would your postings have to hold to answer more?",
    "own_table": (
        "expected a table with the columns exposure (0 to 1) and change (log points), three rows "
        "or more."
    ),
    "sums": "rows read are rows kept and rows set aside: the three numbers do not add up.",
    "own_slope": (
        "not the slope of the table that you hand in: fit change on exposure by the rows of "
        "`table`."
    ),
    "evidence": (
        "say what your postings are: 'simulated' when the program made them, 'postings' when "
        "people wrote them."
    ),
}
