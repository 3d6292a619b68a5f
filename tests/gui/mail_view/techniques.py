"""The ways a mail has to tell its sender that it was read: the 39 of reliability H4, and more.

``{at}`` is the host of the technique, ``{http}`` its address without encryption.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Technique:
    """One way. ``in_browser``: an ordinary page makes Chromium turn to the host (the canary would hear it).

    ``when_asked``: the host is turned to after "Load remote content", as it should.
    """

    name: str
    page: str
    in_browser: bool = True
    when_asked: bool = False
    headers: str = ""


_SVG = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><image href='{http}/x'/></svg>"

NAMED = (
    Technique("applet", '<applet code="x.class" codebase="{http}/" archive="{http}/x.jar"></applet>', in_browser=False),
    Technique("atom", '<link rel="alternate" type="application/atom+xml" href="{http}/x">', in_browser=False),
    Technique("audio", '<audio src="{http}/x" autoplay preload="auto"></audio>'),
    Technique("background", '<body background="{http}/x"><p>x', when_asked=True),
    Technique("background-image", '<p style="background-image:url({http}/x)">x', when_asked=True),
    Technique("bgsound", '<bgsound src="{http}/x" loop="1">', in_browser=False),
    Technique("css", '<link rel="stylesheet" type="text/css" href="{http}/x">'),
    Technique("css-attachment", '<link rel="stylesheet" href="cid:style@x"><p>x', in_browser=False),
    Technique("css-behavior", '<p style="behavior:url({http}/x)">x', in_browser=False),
    Technique("css-content", "<style>p::before{{content:url({http}/x)}}</style><p>x", when_asked=True),
    Technique("css-import", '<style>@import url("{http}/x");</style><p>x'),
    Technique("disposition-notification", "<p>x", False, headers="Disposition-Notification-To: spy@{at}\n"),
    Technique("dns-anchor", '<a href="{http}/">x</a>', in_browser=False),
    Technique("dns-link", '<link rel="dns-prefetch" href="{http}/">', in_browser=False),
    Technique("link-prefetch", '<link rel="prefetch" href="{http}/x">'),
    Technique("flash", '<object><embed type="application/x-shockwave-flash" src="{http}/x.swf"></object>', False),
    Technique("font-face", "<style>@font-face{{font-family:f;src:url({http}/x)}}p{{font-family:f}}</style><p>x"),
    Technique("iframe", '<iframe src="{http}/x"></iframe>'),
    Technique(
        "iframe-refresh",
        """<iframe src="data:text/html,<meta http-equiv=refresh content='0;url={http}/x'>"></iframe>""",
    ),
    Technique("iframe-img", """<iframe srcdoc="<img src='{http}/x'>"></iframe>"""),
    Technique("img", '<img src="{http}/x">', when_asked=True),
    Technique("img-srcset", '<img srcset="{http}/x 1x, {http}/y 2x">'),
    Technique("image-submit", '<form><input type="image" src="{http}/x"></form>'),
    Technique("js", '<script>new Image().src = "{http}/x"</script>'),
    Technique("script-in-script", '<scr<script></script>ipt src="{http}/x"></script><script src="{http}/y"></script>'),
    Technique("svg-background-img", f'<p style="background-image:url(&quot;{_SVG}&quot;)">x', in_browser=False),
    Technique("svg-inline-image", '<svg width="9" height="9"><image href="{http}/x" width="9" height="9"/></svg>'),
    Technique("manifest", '<html manifest="{http}/x"><link rel="manifest" href="{http}/y"><p>x', in_browser=False),
    Technique("meta-refresh", '<meta http-equiv="refresh" content="0;url={http}/x">'),
    Technique("object-data", '<object data="{http}/x" type="text/html"></object>'),
    Technique("opensearch", '<link rel="search" type="application/opensearchdescription+xml" href="{http}/x">', False),
    Technique("return-receipt", "<p>x", False, headers="Return-Receipt-To: spy@{at}\nX-Confirm-Reading-To: spy@{at}\n"),
    Technique("rss", '<link rel="alternate" type="application/rss+xml" href="{http}/x">', in_browser=False),
    Technique("video", '<video src="{http}/x" autoplay preload="auto"></video>'),
    Technique("video-poster", '<video poster="{http}/x"></video>'),
    Technique("video-mp4", '<video preload="auto"><source type="video/mp4" src="{http}/x"></video>'),
    Technique("video-webm", '<video preload="auto"><source type="video/webm" src="{http}/x"></video>'),
    Technique("video-ogg", '<video preload="auto"><source type="video/ogg" src="{http}/x"></video>'),
    Technique("view-source", '<iframe src="view-source:{http}/x"></iframe>', in_browser=False),
)
"""The 39 of the Email Privacy Tester, by its names."""

MORE = (
    Technique("preconnect", '<link rel="preconnect" href="https://{at}/">'),
    Technique("preload", '<link rel="preload" as="image" href="{http}/x">'),
    Technique("modulepreload", '<link rel="modulepreload" href="{http}/x">'),
    Technique("icon", '<link rel="icon" href="{http}/x">', in_browser=False),
    Technique("base", '<base href="{http}/"><img src="x"><link rel="stylesheet" href="y">'),
    Technique("embed", '<embed src="{http}/x" type="text/html">'),
    Technique("picture", '<picture><source srcset="{http}/x"><img></picture>'),
    Technique("frameset", '<frameset cols="*"><frame src="{http}/x"></frameset>'),
    Technique("track", '<video src="data:video/webm;base64,AAAA"><track default src="{http}/x"></video>', False),
    Technique("websocket", '<script>new WebSocket("ws://{at}/")</script>'),
    Technique("form", '<form id="f" action="{http}/x"></form><script>f.submit()</script>'),
    Technique(
        "speculation", '<script type="speculationrules">{{"prefetch":[{{"urls":["{http}/x"]}}]}}</script>', False
    ),
    Technique("svg-use", '<svg><use href="{http}/x#a"/></svg>', in_browser=False),
    Technique("svg-feimage", '<svg><filter id="a"><feImage href="{http}/x"/></filter><rect filter="url(#a)"/></svg>'),
    Technique("svg-style", "<svg><style>@import '{http}/x';</style></svg>"),
    Technique("math", '<math href="{http}/x"><mtext><img src="{http}/y"></mtext></math>'),
    Technique("css-import-words", "<style>@IMPORT '{http}/x';</style><p>x"),
    Technique("css-import-escaped", "<style>@\\69mport '{http}/x';</style><p>x"),
    Technique("css-mask", "<p style='-webkit-mask:url({http}/x)'>x", when_asked=True),
    Technique("css-filter", "<p style='filter:url({http}/x#a)'>x", in_browser=False),
    Technique("css-cursor", "<p style='cursor:url({http}/x),auto'>x", when_asked=True),
    Technique("css-list", "<ul style='list-style-image:url({http}/x)'><li>x</ul>", when_asked=True),
    Technique("css-border", "<p style='border:9px solid;border-image:url({http}/x) 1'>x", when_asked=True),
    Technique("css-image-set", "<p style='background:image-set(\"{http}/x\" 1x)'>x", when_asked=True),
    Technique("css-variable", "<p style='--a:url({http}/x);background:var(--a)'>x", when_asked=True),
    Technique("css-unclosed", "<style>p{{background:url({http}/x", in_browser=False),
    Technique("table-background", '<table background="{http}/x"><tr><td>x</table>', when_asked=True),
    Technique("protocol-relative", '<img src="//{at}/x">', when_asked=True),
    Technique("odd-spelling", '<IMG sRc=" \n&#104;ttp://{at}/x ">', when_asked=True),
    Technique("lazy", '<img loading="lazy" src="{http}/x">', when_asked=True),
    Technique("template", "<template><img src='{http}/x'></template>", in_browser=False),
    Technique("noscript", "<noscript><img src='{http}/x'></noscript>", in_browser=False),
    Technique("comment", "<!--[if true]><img src='{http}/x'><![endif]-->", in_browser=False),
    Technique("mutation", "<math><mtext><table><mglyph><style><!--</style><img src='{http}/x'>"),
)
EVERY = NAMED + MORE
