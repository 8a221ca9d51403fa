#!/bin/sh
# The class whose mean is nearest, for every row of data/$1.csv.
set -eu
awk -v rows="data/$1.csv" '
    $1 == "spread" { for (c = 2; c <= NF; c++) spread[c - 1] = $c; next }
    { for (c = 2; c <= NF; c++) mean[$1, c - 1] = $c; known[$1] = 1; width = NF - 1 }
    END {
        while ((getline line < rows) > 0) {
            split(line, x, ",")
            best = -1
            for (k = 0; k < 3; k++) if (k in known) {
                d = 0
                for (c = 1; c <= width; c++) d += ((x[c] - mean[k, c]) / spread[c]) ^ 2
                if (best < 0 || d < nearest) { best = k; nearest = d }
            }
            print best
        }
    }' "$PATTERNBOOK_OUT/means.txt" > "$PATTERNBOOK_OUT/$1.txt"
