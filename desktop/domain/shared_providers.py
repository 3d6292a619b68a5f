"""Mail providers whose domain says nothing about who writes: strangers share it."""

_WELL_KNOWN = """
    gmail.com googlemail.com outlook.com hotmail.com live.com msn.com outlook.de outlook.fr hotmail.co.uk hotmail.de
    hotmail.fr hotmail.it hotmail.es live.de live.fr live.nl live.co.uk passport.com
    yahoo.com yahoo.co.uk yahoo.de yahoo.fr yahoo.it yahoo.es yahoo.co.jp yahoo.co.in yahoo.com.br yahoo.ca ymail.com
    rocketmail.com aol.com aim.com icloud.com me.com mac.com
    gmx.de gmx.net gmx.com gmx.at gmx.ch web.de t-online.de freenet.de arcor.de posteo.de mailbox.org tutanota.com
    tuta.io tuta.com proton.me protonmail.com protonmail.ch pm.me fastmail.com fastmail.fm hey.com zoho.com zohomail.eu
    orange.fr wanadoo.fr free.fr laposte.net sfr.fr neuf.fr bbox.fr numericable.fr
    libero.it virgilio.it tiscali.it alice.it tin.it email.it
    mail.ru bk.ru list.ru inbox.ru yandex.ru yandex.com ya.ru rambler.ru ukr.net
    qq.com 163.com 126.com yeah.net sina.com sohu.com foxmail.com naver.com daum.net hanmail.net
    docomo.ne.jp ezweb.ne.jp softbank.ne.jp nifty.com
    comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net optonline.net juno.com
    btinternet.com sky.com talktalk.net virginmedia.com ntlworld.com blueyonder.co.uk
    bluewin.ch hispeed.ch ziggo.nl kpnmail.nl planet.nl xs4all.nl home.nl telenet.be skynet.be proximus.be
    telia.com bredband.net online.no telenor.no tdcadsl.dk mail.dk elisanet.fi luukku.com
    seznam.cz centrum.cz email.cz wp.pl o2.pl onet.pl interia.pl op.pl abv.bg freemail.hu citromail.hu
    rediffmail.com bol.com.br uol.com.br terra.com.br ig.com.br bigpond.com optusnet.com.au xtra.co.nz
    rogers.com shaw.ca sympatico.ca telus.net mail.com email.com usa.com inbox.com mailfence.com
    privaterelay.appleid.com users.noreply.github.com
"""
SHARED_PROVIDERS = frozenset(_WELL_KNOWN.split())
"""Well known ones, in comparable form. A domain that is missing here is caught when many customers have it."""

EXAMPLES = frozenset({"freemail.example", "gmail.example"})
"""Free mail of the demo: reserved names (RFC 2606) that can be nobody's."""


def is_shared_provider(domain: str) -> bool:
    """Tell whether strangers share *domain* (in comparable form)."""
    return domain in SHARED_PROVIDERS or domain in EXAMPLES


def domain_of(address: str) -> str:
    """Return the domain of *address* (in comparable form), or ``""`` when it has none."""
    return address.rpartition("@")[2] if "@" in address else ""
