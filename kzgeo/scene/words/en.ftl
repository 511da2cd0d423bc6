# The terms of migration statistics in English
flow = { $flow ->
    [interregional] interregional
    [internal] internal
    [external] external
   *[total] total
}
measure = { $measure ->
    [arrivals] Arrivals in { flow } migration
    [departures] Departures in { flow } migration
    [net] Net { flow } migration
    [turnover] Turnover of { flow } migration
    [arrival_rate] Arrivals in { flow } migration
    [departure_rate] Departures in { flow } migration
    [net_rate] Net { flow } migration
    [effectiveness] Effectiveness of { flow } migration
    [share] Region's share of arrivals in { flow } migration
   *[change] Net { flow } migration, change on the year before
}
unit = { $unit ->
    [people] people
    [per_1000] per 1,000 people
   *[percent] per cent
}
unit-explained = { $unit ->
    [people] people
    [per_1000] per 1,000 of the mean population
   *[percent] per cent
}
year = { $year }
years = { $first }–{ $last }
subtitle = { $measure } { $unit }, { $year }
subtitle-people = { $measure }, { $unit }, { $year }
legend-title = { $measure ->
    [arrivals] Arrivals
    [departures] Departures
    [net] Net migration
    [turnover] Arrivals and departures
    [arrival_rate] Arrivals
    [departure_rate] Departures
    [net_rate] Net migration
    [effectiveness] Net as a share of turnover
    [share] Share of arrivals
   *[change] Change in net migration
}, { $unit ->
    [people] people
    [per_1000] per 1,000 people
   *[percent] %
}
and = {" "}and{" "}
missing = no data
estimated = estimate
not-coloured = { $only ->
    [gain] loss or zero
   *[loss] gain or zero
}
people = { $people ->
    [one] { $text } person
   *[other] { $text } people
}
kilometres = { $km } km
sources = Source: { $producer } ({ $titles })
sources-date = ; updated { $date }
producer = { $producer ->
    [NSB] Bureau of National Statistics, Kazakhstan
   *[other] { $producer }
}
projection = { $kind ->
    [aea] Albers equal-area conic projection
   *[laea] Lambert azimuthal equal-area projection
}
data-mark = computed and drawn by kzgeo { $version }, data { $hash }
status-estimated = { $n ->
    [one] { $n } figure is an estimate
   *[other] { $n } figures are estimates
} (dashed outline)
status-missing = { $n ->
    [one] { $n } region without data
   *[other] { $n } regions without data
} (hatched)
flows-shown = { $n ->
    [one] This { $n } arrow is { $share }% of all interregional moves
   *[other] These { $n } arrows are { $share }% of all interregional moves
}
net-flows-shown = { $n ->
    [one] This { $n } net flow is { $share }% of the sum of all net flows
   *[other] These { $n } net flows are { $share }% of the sum of all net flows
}
home = Kazakhstan
abroad-shown = Countries with published figures; ≈ rounded in the source
flow-tip = { $origin } → { $destination }: { $people }
arrow-width = People a year
alt = Map: { $subtitle }. { $title }. Highest: { $top } ({ $top_value }), lowest: { $bottom } ({ $bottom_value }).
alt-years = Maps by year: { $subtitle }. { $title }.
detail-status = Status
status = { $status ->
    [published] published
    [derived] derived
    [repaired] repaired
    [estimated] estimate
   *[missing] no data
}
outlines-then = outlines of { $year }

gainers-only = { $n_gain ->
    [0] No region gained from { flow } migration in { $year }
    [1] Only one of { $n } regions gained people: { $gainers }
    [2] Only two of { $n } regions gained people: { $gainers }
    [3] Only three of { $n } regions gained people: { $gainers }
    [4] Only four of { $n } regions gained people: { $gainers }
   *[other] { $n_gain } of { $n } regions gained people, { $top } most of all
}
most-and-least = { $top }: { $top_value }, { $bottom }: { $bottom_value }
three-take = { $top3 } took in { $top3_share }% of all who moved
three-give = { $top3 }: { $top3_share }% of all who left
positive-balance = Internal (interregional) migration – positive balance ({ $year })
abroad-gain = { $n_gain ->
    [0] No region gained from migration abroad
   *[other] { $n_gain } of { $n } regions gained from abroad, most of all { $top } ({ $top_value })
}
effective = Net of every 100 who came or went: { $top } { $top_value }, { $bottom } { $bottom_value }
over-years = Regions that gained: { $first_gain } in { $first_year }, { $n_gain } in { $year }
three-cities-pull = { $targets } { $n_targets ->
    [one] takes in
   *[other] take in
} { $targets_share }% of all interregional moves
one-city = { $target }: { $target_arrivals } came, the largest flow from { $target_first }
drain-finding = { $n_origins ->
    [one] The region whose arrows are shown lost
   *[other] The { $n_origins } regions whose arrows are shown lost
} { $origins_lost } to the others
abroad-finding = { $abroad_arrivals } came from abroad, { $abroad_departures } left
net-flows-finding = The largest net flow: { $flow_origin } → { $flow_destination }, { $flow_people }
