#!/bin/sh
# Class means of a bootstrap sample of the training rows, in awk. The seed draws the sample.
# Usage: train.sh; reads PATTERNBOOK_SEED and PATTERNBOOK_KNOB_SCALE, writes $PATTERNBOOK_OUT/means.txt.
set -eu
awk -F, -v seed="$PATTERNBOOK_SEED" -v scale="$PATTERNBOOK_KNOB_SCALE" '
    function draw(n) {  # Park and Miller 1988, the minimal standard generator: the same in every awk
        state = (16807 * state) % 2147483647
        return 1 + int(n * state / 2147483647)
    }
    { for (c = 1; c < NF; c++) x[NR, c] = $c; label[NR] = $NF; width = NF - 1 }
    END {
        state = 12345 + 7919 * seed
        for (c = 1; c <= width; c++) spread[c] = 1
        if (scale == "standard")
            for (c = 1; c <= width; c++) {
                sum = squares = 0
                for (r = 1; r <= NR; r++) { sum += x[r, c]; squares += x[r, c] ^ 2 }
                spread[c] = sqrt(squares / NR - (sum / NR) ^ 2)
            }
        for (i = 1; i <= NR; i++) {
            r = draw(NR); n[label[r]]++
            for (c = 1; c <= width; c++) total[label[r], c] += x[r, c]
        }
        line = "spread"; for (c = 1; c <= width; c++) line = line " " spread[c]; print line
        for (k = 0; k < 3; k++) if (n[k] > 0) {
            line = k; for (c = 1; c <= width; c++) line = line " " total[k, c] / n[k]; print line
        }
    }' data/train.csv > "$PATTERNBOOK_OUT/means.txt"
