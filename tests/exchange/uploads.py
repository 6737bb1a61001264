"""Files as people send them, in every format and with its oddities."""

from __future__ import annotations

import gzip
import io
import json
import zipfile

LINKEDIN = """\
Notes:
"When exporting your connection data, you may notice that some of the email addresses are missing. \
You will only see email addresses for connections who have allowed their connections to see them.\
"

First Name,Last Name,URL,Email Address,Company,Position,Connected On
Rosa,Vega,https://www.linkedin.com/in/rosa-vega,,Mercy Hospital,Head Nurse,04 Mar 2026
José,"Núñez, PhD",https://www.linkedin.com/in/jose-n,jose@example.org,"Blue, River & Co",Editor,\
12 Dec 2019
,,,,,,
Mia,,https://www.linkedin.com/in/mia,,,,01 Jan 2020
,,https://www.linkedin.com/in/nobody,,City Theatre,Chef,01 Jan 2020
"""
OLD_LINKEDIN = """\
First Name,Last Name,Email Address,Company,Position,Connected On
Rosa,Vega,rosa@example.org,Mercy Hospital,Head Nurse,"3/4/19, 10:23 AM"
"""
OLD_GOOGLE = """\
Name,Given Name,Additional Name,Family Name,Notes,Group Membership,E-mail 1 - Type,\
E-mail 1 - Value,Phone 1 - Value,Address 1 - Formatted,\
Organization 1 - Name,Organization 1 - Title,Website 1 - Value
Rosa Vega,Rosa,,Vega,"Met at the fair
Likes tea",* myContacts,Work,rosa@example.org ::: r@example.org,+1 555 0100 ::: 555 0101,\
"1 Main St
Springfield",Mercy,Nurse,https://www.linkedin.com/in/rosa
"""
GOOGLE = """\
First Name,Middle Name,Last Name,Organization Name,Organization Title,Notes,Labels,\
E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Value,Website 1 - Value
Rosa,M.,Vega,Mercy,Nurse,,* myContacts,Work,rosa@example.org,,https://example.org
"""
OUTLOOK = """\
First Name,Middle Name,Last Name,Company,Department,Job Title,Business Street,Home Phone,\
Mobile Phone,E-mail Address,E-mail Type,E-mail Display Name,Notes
Rosa,,Vega,Mercy,Ward 3,Nurse,,,555 0100,rosa@example.org,SMTP,Rosa Vega (rosa@example.org),
"""
OURS = """\
name,role,organization,field,school,email,phone,linkedin,address,how_known,connection,notes
Rosa Vega,Nurse,Mercy,health,State,rosa@example.org,'+1 555 0100,,,My aunt,family,'=SUM(A1)
"""
OTHERS = "Person;Employer;What do they do\nRosa Vega;Mercy;Nurse\nLeo Bauer;Northwind;Editor\n"
CARD_21 = """\
BEGIN:VCARD\r
VERSION:2.1\r
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:N=C3=BA=C3=B1ez;Jos=C3=A9;;;\r
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Jos=C3=A9 N=C3=BA=C3=B1ez\r
ORG:Mercy;Ward 3\r
TITLE:Nurse\r
TEL;CELL:555 0100\r
EMAIL;INTERNET:jose@example.org\r
PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQSkZJRgABAQ\r
 AAAQABAAD=\r
\r
NOTE:Likes tea\r
END:VCARD\r
"""
CARD_30 = """\
BEGIN:VCARD
VERSION:3.0
PRODID:-//Apple Inc.//iPhone OS 17.0//EN
N:Vega;Rosa;;;
FN:Rosa Vega
ORG:Mercy Hospital;
item1.EMAIL;type=INTERNET;type=pref:rosa@example.org
item1.X-ABLabel:_$!<Work>!$_
TEL;type=CELL:+1 555 0100
X-SOCIALPROFILE;type=linkedin:https://www.linkedin.com/in/rosa
ADR;type=HOME:;;1 Main St;Springfield;IL;62701;USA
NOTE:Met at the fair\\, likes tea
END:VCARD
"""
CARD_40 = """\
BEGIN:VCARD
VERSION:4.0
FN:Amara Okafor
ORG:City Theatre
TITLE:Stage manager
TEL;VALUE=uri;PREF=1:tel:+1-555-0102
EMAIL:amara@example.org
URL:https://www.linkedin.com/in/amara
END:VCARD
"""
NOTEBOOK = json.dumps(
    {
        "format": "rapport-notebook",
        "version": 1,
        "contacts": [
            {"details": {"name": "Rosa Vega", "role": "Nurse"}, "removed_at": None},
            {"details": {"name": "Tom Gone"}, "removed_at": "2026-03-03T15:00:00+00:00"},
            "nonsense",
        ],
    }
)
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(200)


def zipped(*members: tuple[str, bytes]) -> bytes:
    """Pack files into an archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return packed.getvalue()


def gzipped(data: bytes) -> bytes:
    """Pack one file as our own large exports are."""
    return gzip.compress(data)
