"""What terms of standard vocabularies are called in the languages of the interface, where the data do not say; pure."""

from __future__ import annotations

from kg_service.namespaces import DCAT, DCTERMS, FOAF, OA, OWL, RDF, RDFS, SCHEMA, SKOS, VOID

__all__ = ["TAGS", "standard_labels"]

TAGS = ("en", "ru", "kk", "ar")
_PREFIXES = {
    "rdf": RDF, "rdfs": RDFS, "owl": OWL, "skos": SKOS, "dcterms": DCTERMS, "foaf": FOAF, "schema": SCHEMA,
    "void": VOID, "dcat": DCAT, "oa": OA, "geo": "http://www.w3.org/2003/01/geo/wgs84_pos#", "vann": "http://purl.org/vocab/vann/",
}  # fmt: skip
_TABLE = """
rdf:type            | type                  | тип                       | түрі                     | النوع
rdf:Property        | property              | свойство                  | қасиет                   | خاصية
rdfs:label          | label                 | название                  | атауы                    | التسمية
rdfs:comment        | comment               | пояснение                 | түсініктеме              | تعليق
rdfs:seeAlso        | see also              | см. также                 | тағы қараңыз             | انظر أيضًا
rdfs:isDefinedBy    | defined by            | определено в              | анықталған жері          | معرَّف في
rdfs:subClassOf     | kind of               | вид понятия               | жоғарғы класы            | صنف فرعي من
rdfs:subPropertyOf  | part of the property  | частный случай свойства   | жоғарғы қасиеті          | خاصية فرعية من
rdfs:domain         | of                    | свойство чего             | ненің қасиеті            | المجال
rdfs:range          | to                    | значения                  | мәндері                  | المدى
rdfs:Class          | class                 | класс                     | класс                    | صنف
rdfs:Resource       | resource              | ресурс                    | ресурс                   | مورد
owl:Class           | class                 | класс                     | класс                    | صنف
owl:Thing           | thing                 | объект                    | нәрсе                    | شيء
owl:Ontology        | ontology              | онтология                 | онтология                | أنطولوجيا
owl:ObjectProperty  | property between things | свойство-связь          | байланыс қасиеті         | خاصية علاقة
owl:DatatypeProperty | property with a value | свойство со значением    | мәнді қасиет             | خاصية قيمة
owl:TransitiveProperty | transitive property | транзитивное свойство    | транзитивті қасиет       | خاصية متعدية
owl:sameAs          | same as               | то же самое               | дәл осы                  | هو نفسه
owl:inverseOf       | inverse of            | обратное к                | кері қасиеті             | عكس
owl:versionInfo     | version               | версия                    | нұсқасы                  | الإصدار
owl:versionIRI      | address of the version | адрес версии             | нұсқаның мекенжайы       | عنوان الإصدار
owl:priorVersion    | earlier version       | предыдущая версия         | алдыңғы нұсқасы          | الإصدار السابق
owl:deprecated      | deprecated            | устарело                  | ескірген                 | مهمل
skos:Concept        | concept               | понятие                   | ұғым                     | مفهوم
skos:ConceptScheme  | concept scheme        | система понятий           | ұғымдар жүйесі           | مخطط مفاهيم
skos:prefLabel      | preferred label       | основное название         | негізгі атауы            | التسمية المفضلة
skos:altLabel       | other label           | другое название           | басқа атауы              | تسمية أخرى
skos:hiddenLabel    | hidden label          | скрытое название          | жасырын атауы            | تسمية مخفية
skos:definition     | definition            | определение               | анықтамасы               | التعريف
skos:scopeNote      | scope note            | примечание об употреблении | қолданылу аясы          | ملاحظة عن النطاق
skos:note           | note                  | примечание                | ескертпе                 | ملاحظة
skos:example        | example               | пример                    | мысал                    | مثال
skos:broader        | broader               | более широкое понятие     | кеңірек ұғым             | مفهوم أعم
skos:narrower       | narrower              | более узкое понятие       | тарырақ ұғым             | مفهوم أخص
skos:related        | related               | связанное понятие         | байланысты ұғым          | مفهوم ذو صلة
skos:inScheme       | in the scheme         | входит в систему          | жүйесі                   | ضمن المخطط
skos:topConceptOf   | top concept of        | верхнее понятие системы   | жүйенің жоғарғы ұғымы    | مفهوم رئيس في
skos:hasTopConcept  | top concept           | верхнее понятие           | жоғарғы ұғым             | المفهوم الرئيس
skos:notation       | notation              | обозначение               | белгіленуі               | الرمز
skos:exactMatch     | exact match           | точное соответствие       | дәл сәйкестік            | مطابق تمامًا
skos:closeMatch     | close match           | близкое соответствие      | жуық сәйкестік           | مطابق تقريبًا
skos:broadMatch     | broader match         | более широкое соответствие | кеңірек сәйкестік       | مطابق أعم
skos:narrowMatch    | narrower match        | более узкое соответствие  | тарырақ сәйкестік        | مطابق أخص
skos:relatedMatch   | related match         | связанное соответствие    | байланысты сәйкестік     | مطابق ذو صلة
dcterms:title       | title                 | заглавие                  | тақырыбы                 | العنوان
dcterms:description | description           | описание                  | сипаттамасы              | الوصف
dcterms:license     | licence               | лицензия                  | лицензиясы               | الرخصة
dcterms:rights      | rights                | права                     | құқықтары                | الحقوق
dcterms:rightsHolder | holder of the rights | правообладатель           | құқық иесі               | صاحب الحقوق
dcterms:publisher   | publisher             | издатель                  | жариялаушы               | الناشر
dcterms:creator     | creator               | создатель                 | жасаушы                  | المنشئ
dcterms:contributor | contributor           | участник создания         | үлес қосушы              | المساهم
dcterms:source      | source                | источник                  | дереккөзі                | المصدر
dcterms:language    | language              | язык                      | тілі                     | اللغة
dcterms:isPartOf    | part of               | часть чего                | ненің бөлігі             | جزء من
dcterms:hasPart     | part                  | часть                     | бөлігі                   | الجزء
dcterms:isVersionOf | version of            | версия чего               | ненің нұсқасы            | إصدار من
dcterms:hasVersion  | version               | версия                    | нұсқасы                  | له إصدار
dcterms:identifier  | identifier            | идентификатор             | идентификаторы           | المعرِّف
dcterms:subject     | subject               | тема                      | тақырыптары              | الموضوع
dcterms:date        | date                  | дата                      | күні                     | التاريخ
dcterms:created     | created               | дата создания             | жасалған күні            | تاريخ الإنشاء
dcterms:issued      | issued                | дата выпуска              | шыққан күні              | تاريخ النشر
dcterms:modified    | modified              | дата изменения            | өзгертілген күні         | تاريخ التعديل
dcterms:conformsTo  | conforms to           | соответствует             | сәйкес келеді            | مطابق لـ
dcterms:references  | refers to             | ссылается на              | сілтейді                 | يشير إلى
foaf:name           | name                  | имя                       | аты                      | الاسم
foaf:homepage       | home page             | официальный сайт          | басты беті               | الموقع الرسمي
foaf:page           | page                  | страница                  | беті                     | صفحة
foaf:member         | member                | член                      | мүшесі                   | عضو
foaf:Group          | group                 | группа                    | топ                      | مجموعة
foaf:Person         | person                | человек                   | адам                     | شخص
foaf:Document       | document              | документ                  | құжат                    | وثيقة
foaf:primaryTopic   | main topic            | главная тема              | негізгі тақырыбы         | الموضوع الرئيس
schema:name         | name                  | название                  | атауы                    | الاسم
schema:sameAs       | same as               | то же самое               | дәл осы                  | هو نفسه
schema:url          | web address           | адрес в сети              | веб-мекенжайы            | العنوان على الشبكة
schema:sha256       | SHA-256               | SHA-256                   | SHA-256                  | SHA-256
oa:start            | start                 | начало                    | басы                     | البداية
oa:end              | end                   | конец                     | соңы                     | النهاية
geo:lat             | latitude              | широта                    | ендік                    | خط العرض
geo:long            | longitude             | долгота                   | бойлық                   | خط الطول
void:Dataset        | data set              | набор данных              | деректер жинағы          | مجموعة بيانات
void:uriSpace       | base of the addresses | основа адресов            | мекенжайлар негізі       | أساس العناوين
void:vocabulary     | vocabulary            | словарь                   | сөздік                   | المعجم
void:exampleResource | example              | пример                    | мысал                    | مثال
dcat:Dataset        | data set              | набор данных              | деректер жинағы          | مجموعة بيانات
dcat:version        | version               | версия                    | нұсқасы                  | الإصدار
vann:preferredNamespacePrefix | usual prefix | обычный префикс           | әдеттегі префиксі        | البادئة المعتادة
vann:preferredNamespaceUri | usual namespace | обычное пространство имён | әдеттегі атаулар кеңістігі | فضاء الأسماء
"""


def _read() -> dict[str, dict[str, str]]:
    found = {}
    for line in _TABLE.strip().splitlines():
        name, *labels = (each.strip() for each in line.split("|"))
        prefix, _, local = name.partition(":")
        found[_PREFIXES[prefix] + local] = dict(zip(TAGS, labels, strict=True))
    return found


_LABELS = _read()


def standard_labels(iri: str) -> dict[str, str]:
    """Return the labels of a standard term by language; none for any other IRI.

    >>> standard_labels("http://schema.org/url")["en"]
    'web address'
    """
    return _LABELS.get(iri.replace("http://schema.org/", SCHEMA, 1), {})
