#!/bin/sh
# Share of right classes, against labels that no trial sees.
set -eu
paste -d' ' "heldout/$PATTERNBOOK_SPLIT.csv" "$PATTERNBOOK_LEFT/$PATTERNBOOK_SPLIT.txt" | awk '
    NF != 2 { print "a label without a prediction, or the other way round, in row " NR; bad = 1; exit 1 }
    $1 == $2 { right++ }
    END { if (bad) exit 1; if (NR == 0) exit 1; printf "{\"accuracy\": %.10f}\n", right / NR }
' > "$PATTERNBOOK_METRICS"
