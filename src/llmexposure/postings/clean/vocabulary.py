"""Words of many languages in which postings state pay, years and months: lists, and no rules.

All are in small letters and simplified characters, as `wordings.spelled` writes them. The rules that read by
them are in `pay_words`, `requirements` and `dates`.
"""

# Letters of the words that are parted by spaces: Latin and Cyrillic.
LETTERS = "a-zß-öø-ɏа-џґḁ-ỹ"

UNITS = {
    "k": 1e3, "к": 1e3, "千": 1e3, "천": 1e3, "พัน": 1e3, "thousand": 1e3, "thousands": 1e3,
    "rb": 1e3, "ribu": 1e3,
    "tys": 1e3, "tis": 1e3, "тыс": 1e3, "тысяч": 1e3, "тисяч": 1e3, "тис": 1e3, "mil": 1e3, "tsd": 1e3,
    "tausend": 1e3, "nghìn": 1e3, "ngàn": 1e3, "bin": 1e3, "ezer": 1e3,
    "w": 1e4, "万": 1e4, "만": 1e4, "หมื่น": 1e4, "百": 1e2, "แสน": 1e5,
    "lakh": 1e5, "lakhs": 1e5, "lac": 1e5, "lacs": 1e5,
    "million": 1e6, "millions": 1e6, "mln": 1e6, "mio": 1e6, "juta": 1e6, "jt": 1e6, "triệu": 1e6, "tr": 1e6,
    "млн": 1e6, "백만": 1e6, "ล้าน": 1e6, "millones": 1e6, "milhões": 1e6,
    "crore": 1e7, "crores": 1e7, "cr": 1e7, "억": 1e8,
}  # fmt: skip
# The money that a unit is said of where none is named.
UNIT_MONEY = {
    "VND": ("triệu", "tr", "nghìn", "ngàn"), "IDR": ("juta", "jt", "rb", "ribu"),
    "KRW": ("만", "천", "백만", "억"), "THB": ("พัน", "หมื่น", "แสน", "ล้าน"),
}  # fmt: skip
# Units of India that are said of a year's pay.
OF_A_YEAR = {"lakh", "lakhs", "lac", "lacs", "crore", "crores", "cr"}

# Signs and names of currencies; a dollar alone is of any country. A point may follow a name.
CURRENCIES = {
    "USD": "us$ usd u$d u$s 美元 美金",
    "HKD": "hk$ hkd 港币 港元",
    "TWD": "nt$ twd ntd 新台币 台币",
    "CAD": "ca$ cad cad$ c$",
    "AUD": "au$ aud aud$ a$",
    "NZD": "nz$ nzd",
    "SGD": "sg$ sgd s$",
    "BRL": "r$ brl reais",
    "MXN": "mx$ mxn",
    "ARS": "ar$ ars",
    "COP": "cop",
    "CLP": "clp",
    "PEN": "pen s/ s/. soles",
    "UYU": "uyu",
    "$": "$ dollar dollars dólares dolares 달러",
    "EUR": "€ eur euro euros евро 欧元 유로",
    "GBP": "£ gbp pound pounds 英镑",
    "JPY": "jpy yen 円 日元 日币",
    "CNY": "¥ rmb cny yuan 人民币",
    "INR": "₹ inr rs rupee rupees",
    "PKR": "pkr",
    "LKR": "lkr",
    "BDT": "bdt ৳ tk taka",
    "IDR": "idr rp rupiah",
    "MYR": "myr rm ringgit",
    "PHP": "₱ php",
    "peso": "peso pesos",
    "THB": "฿ thb baht บาท",
    "VND": "₫ vnd vnđ đ đồng",
    "KRW": "₩ krw won 원",
    "CHF": "chf fr",
    "kr": "kr",
    "SEK": "sek",
    "NOK": "nok",
    "DKK": "dkk",
    "PLN": "pln zł zl złotych",
    "CZK": "czk kč kc",
    "HUF": "huf ft",
    "RON": "ron lei",
    "BGN": "bgn лв",
    "RUB": "₽ rub rur руб р рублей рубля рубль",
    "BYN": "byn",
    "KZT": "₸ kzt тг тенге",
    "UAH": "₴ uah грн гривень",
    "TRY": "₺ try tl",
    "ILS": "₪ ils nis",
    "ZAR": "zar r",
    "NGN": "₦ ngn",
    "KES": "kes ksh",
    "EGP": "egp le l.e",
    "AED": "aed",
    "MAD": "mad",
    "dirham": "dh dhs dirham dirhams",
    "TND": "tnd",
    "DZD": "dzd",
    "KWD": "kwd kd",
    "OMR": "omr",
    "BHD": "bhd",
    "JOD": "jod jd",
    "GEL": "₾ gel",
    "AZN": "₼ azn",
    "AMD": "֏ amd",
    "UZS": "uzs сум",
    "KGS": "kgs сом",
    "RSD": "rsd",
    "ISK": "isk",
    "GHS": "ghs gh₵",
    "XOF": "xof xaf fcfa",
    "CRC": "crc ₡",
    "DOP": "dop rd$",
    "GTQ": "gtq",
    "BOB": "bob",
    "PYG": "pyg ₲",
    "NPR": "npr",
    "MMK": "mmk",
    "SAR": "sar",
    "QAR": "qar qr",
    "元": "元 块 块钱",
}  # fmt: skip
# What stands for the money of several countries, and the codes that it may stand for.
SHARED = {
    "$": {"USD", "HKD", "TWD", "CAD", "AUD", "NZD", "SGD", "MXN", "ARS", "COP", "CLP", "UYU", "BRL"},
    "CNY": {"JPY", "元"},
    "元": {"CNY", "TWD", "HKD", "JPY", "SGD"},
    "kr": {"SEK", "NOK", "DKK", "ISK"},
    "INR": {"PKR", "LKR", "NPR", "MUR"},
    "dirham": {"AED", "MAD"},
    "peso": {"MXN", "PHP", "ARS", "COP", "CLP", "UYU", "DOP"},
}  # fmt: skip
# How many of it a dollar is, roughly and from below, by what is paid there: only to tell what is not
# believable.
SCALE = {
    "JPY": 50.0, "INR": 20.0, "PKR": 50.0, "LKR": 50.0, "BDT": 20.0, "IDR": 2000.0, "PHP": 10.0, "peso":
    10.0, "THB": 10.0, "VND": 5000.0, "KRW": 750.0, "TWD": 10.0, "HKD": 7.0, "RUB": 30.0, "KZT": 100.0,
    "HUF": 100.0, "CZK": 10.0, "PLN": 2.5, "RON": 2.0, "kr": 7.0, "SEK": 7.0, "NOK": 7.0, "DKK": 7.0,
    "NGN": 100.0, "KES": 20.0, "EGP": 5.0, "UAH": 15.0, "TRY": 15.0, "MXN": 6.0, "BRL": 2.0, "ARS":
    500.0, "COP": 1000.0, "CLP": 250.0, "ZAR": 6.0, "MYR": 1.5, "ILS": 3.0, "AED": 3.0, "SAR": 3.0,
    "QAR": 3.0, "MAD": 3.0, "dirham": 3.0, "TND": 1.0, "DZD": 50.0, "KWD": 0.3, "OMR": 0.3, "BHD": 0.3, "JOD":
    0.5, "GEL": 1.5, "AZN": 1.0, "AMD": 200.0, "UZS": 3000.0, "KGS": 40.0, "RSD": 60.0, "ISK": 70.0,
    "GHS": 5.0, "XOF": 300.0, "CRC": 300.0, "DOP": 30.0, "GTQ": 5.0, "BOB": 4.0, "PYG": 4000.0, "NPR": 60.0,
    "MMK": 1000.0,
}  # fmt: skip
# Money without cents, whose points part thousands; and money whose cents stand behind a comma.
NO_CENTS = {"IDR", "VND", "KRW", "COP", "CLP", "UZS", "PYG", "ISK"}
COMMA_CENTS = NO_CENTS | {
    "EUR", "PLN", "CZK", "RUB", "UAH", "BRL", "ARS", "kr", "SEK", "NOK", "DKK", "HUF", "RON", "BGN",
    "TRY", "BYN",
}  # fmt: skip

# Periods by their order; each is written as a sign of its own.
PERIODS = ("hour", "day", "week", "fortnight", "half_month", "month", "year")
# Words that say alone what pay is for.
ALONE = {
    "hour": "horaire hourly stündlich stundenlohn saatlik timlön timlønn timeløn почасовая "
    "почасово",
    "day": "daily täglich tagessatz diario diarios diaria diarias diária günlük dziennie denně "
    "denne ежедневно",
    "week": "weekly semanal semanales semanais wöchentlich hebdomadaire settimanale settimanali "
    "haftalık tygodniowo týdně týždenne еженедельно",
    "fortnight": "fortnightly biweekly",
    "half_month": "quincenal quincenales quinzenal quinzenais semimonthly semi-monthly",
    "month": "monthly mensual mensuales mensal mensais mensuel mensuels mensuelle mensile mensili "
    "monatlich miesięcznie měsíčně mesačne aylık maandelijks månadslön månedslønn ежемесячно "
    "щомісяця lunar sebulan pcm havi",
    "year": "annually yearly annual anual anuales anuais annuel annuels annuelle annuo annui "
    "annua jährlich jahresgehalt rocznie ročně ročne yıllık jaarlijks årligen ежегодно ral",
}  # fmt: skip
# Words that say it behind 'per', '/' and the like, or right behind an amount.
NOUNS = {
    "hour": "hour hours hr hrs hora horas heure heures stunde std ora ore uur timme timmen tim "
    "time timen godz godzina godzinę hod hodinu hodina час часа ч годину година saat giờ jam óra "
    "oră",
    "day": "day days diem día dias dia día días jour jours tag giorno dag dzień dni den deň день "
    "дня сутки gün ngày hari nap zi",
    "week": "week weeks wk wks semana semanas semaine semaines woche settimana tydzień tydz týden "
    "týždeň неделю недели нед тиждень hafta tuần minggu vecka uke uge",
    "fortnight": "fortnight",
    "half_month": "quincena quinzena",
    "month": "month months mon mnth mth mths mo mes mês meses mois monat mese mesi maand mnd "
    "miesiąc mies mc měsíc měs mesiac mes месяц месяца мес міс місяць ay tháng bulan bln månad "
    "mån måned md hó lună luna kk",
    "year": "year years yr yrs annum anum año ano ans an année annee jahr anno jaar rok roku året "
    "år рік yıl năm tahun év",
}  # fmt: skip
# Too many other things, or not in one language only, to say it without 'per' or '/' before.
NEED_BEFORE = {
    "an", "ano", "ay", "den", "dia", "dni", "dag", "tag", "tim", "time", "timen", "mo", "mon", "mes",
    "md", "mc", "hó", "kk", "ora", "ore", "ч", "zi", "nap", "jam", "uke", "uge", "luna", "hari", "gün",
}  # fmt: skip
# Letters that say it behind '/' only.
BEHIND_SLASH = {"h": "hour", "d": "day", "j": "day", "w": "week", "m": "month", "y": "year"}
# Words before the noun: a chain of them may stand there ('a la semana', 'de l'heure').
PREPOSITIONS = (
    "per a an every each por al la le l el ao all alla pro im je par de dell za na в за на mỗi "
    "một der om pr på pe"
)
# The same in scripts without spaces: regular expressions.
SOLID = {
    "hour": "时间?給|时薪|小时工资|시급|시간당|/\\s*시간|(?:ต่อ|/\\s*|ละ)(?:ชั่วโมง|ชม)|/\\s*时间?",
    "day": "日[薪給当]|일[급당]|/\\s*일|(?:ต่อ|/\\s*|ละ)วัน|รายวัน",
    "week": "周薪|週給|주급|/\\s*주(?!말)|(?:ต่อ|/\\s*|ละ)สัปดาห์",
    "month": "月[薪給収]|月工资|月收入|월급|매월|월(?=\\s*\\d)|/\\s*월|(?:ต่อ|/\\s*|ละ|เงิน)เดือน|"
    "รายเดือน",
    "year": "年[薪収俸包]|年收入|연봉|/\\s*년|연(?=\\s*\\d)|(?:ต่อ|/\\s*|ละ)ปี",
}
# Single characters are periods only right behind an amount, and not where they begin another word.
WEAK = {
    "hour": r"小时|시간|时(?![间尚候段])",
    "day": r"天(?![津气河然])|日(?![结常语本期历用化])",
    "week": r"(?:周|星期)(?![末结边休一二三四五六日年])",
    "month": r"个?月(?![休结末底初饼])",
    "year": r"年(?![终底假度龄后前会轻])",
}

# Words that leave an amount as it is when they stand behind it and no period is stated. A word that is
# neither here nor a period may be a period of a language that is not known: such an amount is not read.
REMARKS = (
    # Said of any pay.
    "a all also am any are as available based basis be before between by can commensurate "
    "competitive could dependant dependent depending depends depend e.g ect etc for from good "
    "great group has have high higher highly if in is it its may more most no not of offered "
    "offer on only or other our package pay paid pays per plan please paying plus position "
    "potential pro rata range rate rates rated role salary salaries scale see some than that the "
    "their them this to total up upon very via wage wages we who will with within work working "
    "you your "
    # What comes with it or decides it.
    "ability accommodation achievable allowance allowances applicant applicants attractive "
    "award base basic benefit benefits bonus bonuses buyer ca car cash comm comms commission "
    "commissions company compensation cover deductible dental disclosed discretionary discussed "
    "discussion doe earning earnings eligible employer employee equity equivalent esops esop "
    "excellent excl excluding exp expected experience experienced flexible food free fte full "
    "gross guaranteed health holiday hours incentive incentives incl include included includes "
    "including increments inside insurance interview level life limit location london market "
    "matching max maximum meals med medical min minimum negotiable neg net number offers ot ote "
    "outside overtime part parking pension performance perks permanent profit qualification "
    "qualifications qualified relocation remote rrsp sector self share shares sign skill "
    "skills standard starting stock stocks super superannuation target tax taxes taxed time tip "
    "tips top training travel umbrella uncapped unlimited vacation variable vehicle weighting ctc "
    "paye limited ltd dep estimate estimated est doq fixed hand approx approximately dbs life "
    "visa sponsorship circa around about only start "
    # The same in other languages.
    "bruto brutos brutto brut bruts netto neto netos líquido líquidos bruta brüt net hrubého "
    "hrubá čistého lordi lordo более до вычета налогов налога на руки после gross уплаты чистыми "
    "оклад премии премия бонусы zzgl inkl inklusive incluye comisiones comisión prestaciones "
    "bonos benefícios comissão comissões primes prime variables negociable negociables "
    "verhandelbar vb vhb thưởng thỏa thuận lương "
)
# What is added to the amount, whatever it is called.
ADDED = (
    r"[+&]|(?<![a-z])(?:plus|and|with|incl?(?:uding|udes|usive)?|más|mas|mais|zzgl|inkl)(?![a-z])|"
    r"плюс"
)
# Remarks of scripts without spaces that say nothing of a period.
SOLID_REMARKS = (
    "협의|이상|이하|면접|내규|후|결정|가능|세전|세후|수준|인센티브|보너스|성과급|상여|별도|포함|"
    "우대|交通費|支給|昇給|賞与|あり|有り|から|まで|以上|可|税込|税抜|手当|経験|能力|応相談|"
    "による|により|を|の|に|よる|ขึ้นไป|ต่อรองได้|ตามตกลง|ค่าคอม|โบนัส"
)

# Units of experience in languages without spaces left: as regular expressions.
YEAR_WORDS = (
    "年|years?|yrs?|y|ans?|années?|jahren?|jahre?|tahun|años?|anos?|года?|лет|рок[иуів]{1,2}|рік|"
    "năm|년|lat[aá]?|rok[iuy]?|roků|let[ai]?|yıl|anni|anno|ani|jaar|års?|vuotta|aastat?|godin[aeu]|godine|"
    "години|év|ปี"
)
MONTH_WORDS = (
    "个?月|months?|mos?|mois|mes|meses|месяц(?:а|ев)?|мес|місяц[іяів]{1,2}|tháng|개월|"
    "miesiąc[ae]?|miesięcy|měsíc[eů]?|mesi|maanden?|monaten?|monate?|bulan|เดือน"
)
# Words around the years that say nothing more.
EXPERIENCE_WORDS = (
    r"\b(?:de|d|del|di|da|experiencia|experiência|expérience|esperienza|exigée?|requerida|laboral|"
    r"profesional|опыт(?:ом|а)?|работы|стаж|не менее|от|досвід|роботи|від|kinh nghiệm|ít nhất|tối "
    r"thiểu|có|berufserfahrung|erfahrung|mindestens|ab|al "
    r"menos|almeno|mínimo|minimo|como|entre|между|doświadczenia|co najmniej|min|od|en "
    r"az|deneyim|tecrübe|pengalaman|kerja|minimal|au "
    r"moins|minimum|desde|ervaring|minstens|praxe|praxi|prax|erfaring|erfarenhet|minst|mindst|vähintään|"
    r"izkušenj|iskustva|iskustvo|experiență|tapasztalat|exigé|doświadczenie)\b|경력|경험|"
    "ประสบการณ์|อย่างน้อย"
)
EXPERIENCE_OVER = (
    r"over|morethan|более|свыше|больше|понад|trên|hơn|plus|más|mas|mais|mehrals|più|powyżej|"
    r"meerdan"
)
EXPERIENCE_UNDER = (
    r"lessthan|under|upto|до|менее|dưới|moins|menos|meno|wenigerals|biszu|jusqu'?à|hasta|até|"
    r"poniżej|do|"
    "不超过|不到|少于"
)
# Said of what is welcome and not asked for.
WELCOME = (
    "souhaitée?s?|appréciée?s?|serait un plus|deseable|valorable|se valorará|desejável|erwünscht|"
    "wünschenswert|von vorteil|"
    "gradit[oa]|preferibile|желательно|будет плюсом|бажано|mile widzian[aey]|výhodou|výhoda|gewenst|"
    "ønskelig|meriterande|우대|歓迎|尚可|ưu tiên|diutamakan"
)
EXPERIENCE_TO = "à|a|до|đến|tới|y|e|et|bis|do|và|ถึง"

# Months of the year, in the cases that dates take; accents may lack. No word stands under two of them.
MONTH_NAMES = {
    1: "jan januar enero ene janeiro janvier janv jänner gennaio gen januari ianuarie január jaanuar "
    "tammikuu tammikuuta sausio янв январь января січень січня януари јануар janúar gener ocak oca",
    2: "feb februar febrero fevereiro fev février févr fév febbraio februari februarie február "
    "veebruar helmikuu helmikuuta vasario fevral фев февр февраль февраля лютий лютого февруари фебруар "
    "febrúar febrer şubat şub",
    3: "mar märz mrz marzo março mars maart mrt maret mac martie március marec märts "
    "maaliskuu maaliskuuta kovo мар март марта березень березня mart març",
    4: "apr abril abr avril avr aprile aprilie április aprill huhtikuu huhtikuuta balandžio апр "
    "апрель апреля квітень квітня април apríl nisan nis",
    5: "may mai mayo maio maggio mag mei május máj toukokuu toukokuuta gegužės май мая травень "
    "травня мај maí maig mayıs",
    6: "jun june juni junio junho juin giugno giu iunie június jún juuni kesäkuu kesäkuuta birželio июн "
    "июнь июня червень червня юни јун júní juny haziran haz",
    7: "jul july juli julio julho juillet juil luglio lug iulie július júl juuli heinäkuu heinäkuuta liepos "
    "julai июл июль июля липень липня юли јул júlí juliol temmuz tem",
    8: "aug ago agosto août aout augustus agustus ogos augusztus elokuu elokuuta rugpjūčio авг август "
    "августа серпень серпня ágúst agost ağustos ağu",
    9: "sep sept set septiembre setiembre setembro septembre settembre septembrie szeptember szept "
    "syyskuu syyskuuta rugsėjo сен сент сентябрь сентября вересень вересня септември септембар "
    "setembre eylül eyl",
    10: "oct okt oktober octubre outubro out octobre ottobre ott octombrie október oktoober "
    "lokakuu lokakuuta spalio окт октябрь октября жовтень жовтня октомври октобар ekim eki",
    11: "nov noviembre novembro novembre noiembrie marraskuu marraskuuta lapkričio ноя нояб ноябрь "
    "ноября листопад листопада ноември новембар kasım kas",
    12: "dec des dez dezember diciembre dic dezembro décembre déc dicembre desember disember decembrie "
    "detsember joulukuu joulukuuta gruodžio дек декабрь декабря грудень грудня декември децембар "
    "desembre aralık ara",
}  # fmt: skip
# The same where languages share a word and not the month: October in Croatian is November in Polish.
MONTHS_BY_LANGUAGE = {
    "hr": {
        1: "siječanj siječnja sij", 2: "veljača veljače velj", 3: "ožujak ožujka ožu",
        4: "travanj travnja tra", 5: "svibanj svibnja svi", 6: "lipanj lipnja lip", 7: "srpanj srpnja srp",
        8: "kolovoz kolovoza kol", 9: "rujan rujna ruj", 10: "listopad listopada lis",
        11: "studeni studenog studenoga stu", 12: "prosinac prosinca pro",
    },
    "pl": {
        1: "styczeń stycznia sty", 2: "luty lutego lut", 3: "marzec marca", 4: "kwiecień kwietnia kwi",
        5: "maj maja", 6: "czerwiec czerwca cze", 7: "lipiec lipca lip", 8: "sierpień sierpnia sie",
        9: "wrzesień września wrz", 10: "październik października paź", 11: "listopad listopada lis",
        12: "grudzień grudnia gru",
    },
    "cs": {
        1: "leden ledna led", 2: "únor února úno", 3: "březen března bře", 4: "duben dubna dub",
        5: "květen května kvě", 6: "červen června čvn", 7: "červenec července čvc", 8: "srpen srpna srp",
        9: "září zář", 10: "říjen října říj", 11: "listopad listopadu lis", 12: "prosinec prosince pro",
    },
}  # fmt: skip
# Days of the week, in English and Chinese beside those in `dates`.
WEEKDAYS = (
    "lunes martes miércoles jueves viernes sábado domingo segunda-feira terça-feira quarta-feira "
    "quinta-feira sexta-feira lundi mardi mercredi jeudi vendredi samedi dimanche lunedì martedì "
    "mercoledì giovedì venerdì sabato domenica montag dienstag mittwoch donnerstag freitag samstag "
    "sonnabend sonntag maandag dinsdag woensdag donderdag vrijdag zaterdag zondag måndag tisdag onsdag "
    "torsdag fredag lördag söndag mandag tirsdag lørdag søndag poniedziałek wtorek środa czwartek "
    "piątek sobota niedziela pondělí úterý středa čtvrtek pátek neděle ponedjeljak utorak srijeda "
    "četvrtak petak subota nedjelja понедельник вторник среда четверг пятница суббота воскресенье "
    "понеділок вівторок середа четвер субота неділя pazartesi salı çarşamba perşembe cuma cumartesi "
    "pazar senin selasa rabu kamis jumat sabtu minggu"
)
