# Қазақстан статистикасының тілі
flow = { $flow ->
    [interregional] өңіраралық көші-қон
    [internal] ішкі көші-қон
    [external] сыртқы көші-қон
   *[total] барлық ағындар бойынша көші-қон
}
measure = { $measure ->
    [arrivals] { flow } бойынша келгендер саны
    [departures] { flow } бойынша кеткендер саны
    [net] { flow } айырымы
    [turnover] { flow } айналымы
    [arrival_rate] { flow } бойынша келгендер
    [departure_rate] { flow } бойынша кеткендер
    [net_rate] { flow } айырымы
    [effectiveness] { flow } тиімділігінің коэффициенті
    [share] { flow } бойынша келгендердегі өңірдің үлесі
   *[change] { flow } айырымының алдыңғы жылғыға қарағандағы өзгерісі
}
unit = { $unit ->
    [people] адам
    [per_1000] 1 000 адамға шаққанда
   *[percent] пайызбен
}
unit-explained = { $unit ->
    [people] адам
    [per_1000] орташа жылдық халық санының 1 000 адамына шаққанда
   *[percent] пайызбен
}
year = { $year } ж.
years = { $first }–{ $last } жж.
subtitle = { $measure }, { $unit }, { $year }
subtitle-people = { $measure }, { $unit }, { $year }
legend-title = { $measure ->
    [arrivals] Келгендер
    [departures] Кеткендер
    [net] Көші-қон айырымы
    [turnover] Келгендер мен кеткендер
    [arrival_rate] Келгендер
    [departure_rate] Кеткендер
    [net_rate] Көші-қон айырымы
    [effectiveness] Айырымның айналымға қатынасы
    [share] Келгендердің үлесі
   *[change] Айырымның өзгерісі
}, { $unit ->
    [people] адам
    [per_1000] 1 000 адамға шаққанда
   *[percent] %
}
and = {" "}және{" "}
missing = дерек жоқ
estimated = бағалау
not-coloured = { $only ->
    [gain] кему немесе нөл
   *[loss] өсім немесе нөл
}
people = { $text } адам
kilometres = { $km } км
sources = Дереккөз: { $producer } ({ $titles })
sources-date = ; { $date } жаңартылған
producer = { $producer ->
    [NSB] ҚР СЖРА Ұлттық статистика бюросы
   *[other] { $producer }
}
projection = { $kind ->
    [aea] Альберстің тең шамалы конустық проекциясы
   *[laea] Ламберттің тең шамалы азимуттық проекциясы
}
data-mark = есептеу және карта: kzgeo { $version }, деректер { $hash }
status-estimated = { $n } көрсеткіш бағаланған (үзік жиек)
status-missing = { $n } өңір бойынша дерек жоқ (штрихталған)
flows-shown = { $n } көрсеткі — барлық өңіраралық қоныс аударудың { $share } %‑ы
net-flows-shown = { $n } көрсеткі — таза ағындар, олардың жалпы сомасының { $share } %‑ы
home = Қазақстан
abroad-shown = Сандары жарияланған елдер көрсетілген; ≈ — дереккөзде дөңгелектелген
flow-tip = { $origin } → { $destination }: { $people }
arrow-width = Бір жылдағы адам саны
alt = Карта: { $subtitle }. { $title }. Ең жоғары мән: { $top } ({ $top_value }), ең төмен мән: { $bottom } ({ $bottom_value }).
alt-years = Жылдар бойынша карталар: { $subtitle }. { $title }.
detail-status = Мәртебесі
status = { $status ->
    [published] жарияланған
    [derived] есептелген
    [repaired] түзетілген
    [estimated] бағалау
   *[missing] дерек жоқ
}
outlines-then = { $year } ж. шекара

gainers-only = { $n_gain ->
    [0] { $year } жылы бірде-бір өңірде { flow } есебінен өсім болған жоқ
    [1] { $n } өңірдің тек біреуінде ғана өсім бар: { $gainers }
    [2] { $n } өңірдің тек екеуінде ғана өсім бар: { $gainers }
    [3] { $n } өңірдің тек үшеуінде ғана өсім бар: { $gainers }
    [4] { $n } өңірдің тек төртеуінде ғана өсім бар: { $gainers }
   *[other] Өсім байқалған өңірлер: { $n } өңірдің ішінде { $n_gain }, ең көбі — { $top }
}
most-and-least = { $top }: { $top_value }, { $bottom }: { $bottom_value }
three-take = { $top3 }: барлық келгендердің { $top3_share } %‑ы
three-give = { $top3 }: барлық кеткендердің { $top3_share } %‑ы
positive-balance = Ішкі (өңіраралық) көші-қон – оң айырым ({ $year })
abroad-gain = { $n_gain ->
    [0] Сыртқы көші-қоннан бірде-бір өңірде өсім болған жоқ
   *[other] Сыртқы көші-қоннан өсім алған өңірлер: { $n } өңірдің ішінде { $n_gain }, ең көбі — { $top } ({ $top_value })
}
effective = Әр 100 келген және кеткен адамға шаққандағы айырым: { $top } { $top_value }, { $bottom } { $bottom_value }
over-years = Өсімі бар өңірлер саны: { $first_year } жылы { $first_gain }, { $year } жылы { $n_gain }
three-cities-pull = { $targets } барлық өңіраралық қоныс аударудың { $targets_share } %‑ын қабылдайды
one-city = { $target }: { $target_arrivals } келді, ең ірі ағын — { $target_first }
drain-finding = Ағындары көрсетілген { $n_origins } өңір басқа өңірлермен көші-қонда { $origins_lost } жоғалтты
abroad-finding = Шетелден { $abroad_arrivals } келді, шетелге { $abroad_departures } кетті
net-flows-finding = Ең ірі таза ағын: { $flow_origin } → { $flow_destination }, { $flow_people }
