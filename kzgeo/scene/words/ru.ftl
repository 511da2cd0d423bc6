# Kazakhstan's statistics in Russian. Dative, genitive and prepositional of «миграция» coincide.
flow = { $flow ->
    [interregional] межрегиональной миграции
    [internal] внутренней миграции
    [external] внешней миграции
   *[total] миграции по всем потокам
}
measure = { $measure ->
    [arrivals] Число прибывших по { flow }
    [departures] Число выбывших по { flow }
    [net] Сальдо { flow }
    [turnover] Оборот { flow }
    [arrival_rate] Прибывшие по { flow }
    [departure_rate] Выбывшие по { flow }
    [net_rate] Сальдо { flow }
    [effectiveness] Коэффициент эффективности { flow }
    [share] Доля региона среди прибывших по { flow }
   *[change] Изменение сальдо { flow } к предыдущему году
}
unit = { $unit ->
    [people] человек
    [per_1000] на 1 000 человек
   *[percent] в процентах
}
unit-explained = { $unit ->
    [people] человек
    [per_1000] на 1 000 человек среднегодового населения
   *[percent] в процентах
}
year = { $year } г.
years = { $first }–{ $last } гг.
subtitle = { $measure } { $unit }, { $year }
subtitle-people = { $measure }, { $unit }, { $year }
legend-title = { $measure ->
    [arrivals] Прибыло
    [departures] Выбыло
    [net] Сальдо миграции
    [turnover] Прибыло и выбыло
    [arrival_rate] Прибыло
    [departure_rate] Выбыло
    [net_rate] Сальдо миграции
    [effectiveness] Сальдо к обороту
    [share] Доля прибывших
   *[change] Изменение сальдо
}, { $unit ->
    [people] человек
    [per_1000] на 1 000 человек
   *[percent] %
}
and = {" "}и{" "}
missing = нет данных
estimated = оценка
not-coloured = { $only ->
    [gain] убыль или ноль
   *[loss] прирост или ноль
}
people = { $people ->
    [one] { $text } человек
    [few] { $text } человека
   *[other] { $text } человек
}
kilometres = { $km } км
sources = Источник: { $producer } ({ $titles })
sources-date = ; обновлено { $date }
producer = { $producer ->
    [NSB] Бюро национальной статистики АСПиР РК
   *[other] { $producer }
}
projection = { $kind ->
    [aea] Равновеликая коническая проекция Альберса
   *[laea] Равновеликая азимутальная проекция Ламберта
}
data-mark = расчёт и карта: kzgeo { $version }, данные { $hash }
status-estimated = { $n ->
    [one] { $n } показатель оценён
    [few] { $n } показателя оценены
   *[other] { $n } показателей оценены
} (пунктирный контур)
status-missing = { $n ->
    [one] { $n } регион без данных
    [few] { $n } региона без данных
   *[other] { $n } регионов без данных
} (штриховка)
flows-shown = { $n ->
    [one] { $n } стрелка — это { $share } % всех межрегиональных переездов
    [few] { $n } стрелки — это { $share } % всех межрегиональных переездов
   *[other] { $n } стрелок — это { $share } % всех межрегиональных переездов
}
net-flows-shown = { $n ->
    [one] { $n } стрелка — чистый переток: { $share } % суммы чистых перетоков
    [few] { $n } стрелки — чистые перетоки: { $share } % их суммы
   *[other] { $n } стрелок — чистые перетоки: { $share } % их суммы
}
home = Казахстан
abroad-shown = Показаны страны, по которым опубликованы числа; ≈ — округлено в источнике
flow-tip = { $origin } → { $destination }: { $people }
arrow-width = Человек за год
alt = Карта: { $subtitle }. { $title }. Наибольшее значение: { $top } ({ $top_value }), наименьшее: { $bottom } ({ $bottom_value }).
alt-years = Карты по годам: { $subtitle }. { $title }.
detail-status = Статус
status = { $status ->
    [published] опубликовано
    [derived] рассчитано
    [repaired] исправлено
    [estimated] оценка
   *[missing] нет данных
}
outlines-then = границы { $year } г.

# Findings that recipes use as titles
gainers-only = { $n_gain ->
    [0] В { $year } году ни один регион не получил прироста за счёт { flow }
    [one] Прирост получил { $n_gain } регион из { $n }: { $gainers }
    [few] Прирост получили { $n_gain } региона из { $n }: { $gainers }
   *[other] Прирост получили { $n_gain } регионов из { $n }, больше всех — { $top }
}
most-and-least = { $top }: { $top_value }, { $bottom }: { $bottom_value }
three-take = { $top3 }: { $top3_share } % всех прибывших
three-give = { $top3 }: { $top3_share } % всех выбывших
positive-balance = Внутренняя (межрегиональная) миграция – положительное сальдо ({ $year })
abroad-gain = { $n_gain ->
    [0] Внешняя миграция ни одному региону не дала прироста
    [one] Внешняя миграция дала прирост { $n_gain } региону из { $n }, больше всего: { $top } ({ $top_value })
   *[other] Внешняя миграция дала прирост { $n_gain } регионам из { $n }, больше всего: { $top } ({ $top_value })
}
effective = Из каждых 100 прибывших и выбывших сальдо: { $top } { $top_value }, { $bottom } { $bottom_value }
over-years = Регионов с приростом: { $first_gain } в { $first_year } году, { $n_gain } в { $year } году
three-cities-pull = { $targets } { $n_targets ->
    [one] принимает
   *[other] принимают
} { $targets_share } % всех межрегиональных переездов
one-city = { $target }: прибыло { $target_arrivals }, крупнейший поток — { $target_first }
drain-finding = { $n_origins ->
    [one] { $n_origins } регион, чьи потоки показаны, потерял
    [few] { $n_origins } региона, чьи потоки показаны, потеряли
   *[other] { $n_origins } регионов, чьи потоки показаны, потеряли
} в обмене с остальными { $origins_lost }
abroad-finding = Из-за рубежа прибыло { $abroad_arrivals }, за рубеж выехало { $abroad_departures }
net-flows-finding = Самый большой чистый переток: { $flow_origin } → { $flow_destination }, { $flow_people }
