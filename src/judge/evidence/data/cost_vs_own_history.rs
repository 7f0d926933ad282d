&[
    OwnCost { band: "<-2", calmer_n_races: 536, calmer_day_adjusted: 0.24, calmer_se: 0.36 },
    OwnCost { band: "-2..0", calmer_n_races: 3128, calmer_day_adjusted: 0.03, calmer_se: 0.13 },
    OwnCost { band: "0..2", calmer_n_races: 8065, calmer_day_adjusted: 0.81, calmer_se: 0.08 },
    OwnCost { band: "2..4", calmer_n_races: 5791, calmer_day_adjusted: 2.26, calmer_se: 0.1 },
    OwnCost { band: "4..6", calmer_n_races: 3079, calmer_day_adjusted: 3.71, calmer_se: 0.16 },
    OwnCost { band: "6..8", calmer_n_races: 1758, calmer_day_adjusted: 6.07, calmer_se: 0.24 },
    OwnCost { band: "8..10", calmer_n_races: 1030, calmer_day_adjusted: 8.11, calmer_se: 0.34 },
    OwnCost { band: ">=10", calmer_n_races: 1490, calmer_day_adjusted: 13.84, calmer_se: 0.4 },
]
