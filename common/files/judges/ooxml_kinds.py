"""Known relationships of Word and Excel packages, and what kind of part each leads to.

By the last words of their types: Microsoft repeats the same ones under years ("2006", "2011"), and the strict form of
the format under another host. A relationship that is not here is refused, so its part is too.
"""

from enum import Enum

from common.files.judges.lists import words

HOSTS = (
    "http://schemas.openxmlformats.org/", "http://purl.oclc.org/ooxml/", "http://schemas.microsoft.com/office/",
    "http://customooxmlschemas.google.com/", "http://customschemas.google.com/", "http://www.wps.cn/officedocument/",
)  # fmt: skip


class Kind(Enum):
    MARKUP = "XML"
    DATA = "XML that a program shows or keeps and never follows"
    PICTURE = "a picture"
    FONT = "a font"
    EMBEDDED = "a document judged like the outer one"
    INERT = "bytes that no program runs: settings of a printer"
    CERTIFICATE = "a certificate of a signature"


_MARKUP = words("""
officedocument styles styleswitheffects stylewitheffects theme themeoverride settings websettings fonttable
numbering footnotes endnotes header footer comments commentsextended commentsids commentsextensible people
documenttasks glossarydocument keymapcustomizations recipientdata usercustomization chart chartex chartstyle
chartcolorstyle chartusershapes diagramdata diagramlayout diagramquickstyle diagramcolors diagramdrawing drawing
vmldrawing legacydiagramtext ink worksheet chartsheet sharedstrings calcchain table tablesinglecells querytable
pivottable pivotcachedefinition pivotcacherecords slicer slicercache timeline timelinecache sheetmetadata person
threadedcomment rdrichvalue rdrichvaluestructure rdrichvaluetypes rdsupportingpropertybag
rdsupportingpropertybagstructure rdrichvaluewebimage rdarray richstyles richvaluerel namedsheetview
featurepropertybag externallink externalreference revisionheaders revisionlog usernames connections xmlmaps ctrlprop
wssortmap volatiledependencies cellimage
""")
_DATA = words("""
core-properties extended-properties custom-properties customxml customxmlprops customxmldata classificationlabels
bibliography sheetscustomdata documentmetadata docmetadata workbookmetadata metadata signature origin
""")

KINDS: dict[str, Kind] = {
    **dict.fromkeys(_MARKUP, Kind.MARKUP),
    **dict.fromkeys(_DATA, Kind.DATA),
    **dict.fromkeys(words("image thumbnail hdphoto"), Kind.PICTURE),
    "font": Kind.FONT,
    "package": Kind.EMBEDDED,
    **dict.fromkeys(words("printersettings customproperty"), Kind.INERT),
    "certificate": Kind.CERTIFICATE,
}

# Relationships that act, and what is said of them.
MACROS = words(
    "vbaproject wordvbadata activexcontrolbinary activexcontrol control attachedtoolbars xlmacrosheet xlintlmacrosheet "
    "dialogsheet vbaprojectsignature vbaprojectsignatureagile vbaprojectsignaturev3 extensibility jsaproject"
)
OBJECTS = frozenset(["oleobject"])
ADD_INS = words("webextensiontaskpanes webextension")  # programs of a shop or a server, shown beside the document
IMPORTED = frozenset(["afchunk"])
WORKBOOKS = words(
    "externallinkpath externallinklongpath xlpathmissing xlstartup xlalternatestartup xllibrary xlexternallinkpath"
)

# Words in a content type that name macros whatever else stands there.
MACRO_TYPES = ("macroenabled", "vbaproject", "vbadata", "activex", "macrosheet", "jsaproject", "dialogsheet")
EXECUTABLE_TYPES = ("x-msdownload", "octet-stream+exe", "x-msdos", "hta", "javascript", "x-sh", "java-archive", "html")

MAIN_TYPES = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": "xlsx",
}
