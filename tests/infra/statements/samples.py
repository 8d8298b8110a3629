"""Statements as banks send them, written by hand."""

OFX_SGML = """OFXHEADER:100
DATA:OFXSGML
VERSION:102
SECURITY:NONE
ENCODING:USASCII
CHARSET:1252
COMPRESSION:NONE
OLDFILEUID:NONE
NEWFILEUID:NONE

<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>20260205120000[-5:EST]<LANGUAGE>ENG</SONRS>
</SIGNONMSGSRSV1><BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS>
<STMTRS><CURDEF>USD
<BANKACCTFROM><BANKID>0121000248<ACCTID>3334445556<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20260101<DTEND>20260131
<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260101230000[-5:EST]<TRNAMT>-4.50<FITID>900
<NAME>BLUE BOTTLE<MEMO>COFFEE &amp; CAKE</STMTTRN>
<STMTTRN><TRNTYPE>FEE<DTPOSTED>20260103<TRNAMT>-0.35<FITID>901<NAME>FOREIGN FEE</STMTTRN>
<STMTTRN>
<TRNTYPE>DEBIT
<DTPOSTED>20260103000000.000[-3:GMT]
<TRNAMT>-11,90
<FITID>901
<NAME>CINE</NAME>
<MEMO>AT&T ticket
</STMTTRN>
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260115<TRNAMT>+1.234,56000<FITID><NAME>PAYROLL</STMTTRN>
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260230<TRNAMT>5.00<FITID>x<NAME>NO SUCH DAY</STMTTRN>
<STMTTRN><TRNTYPE>OTHER<DTPOSTED>20260116<TRNAMT>0.00<FITID>y<NAME>NOTHING</STMTTRN>
</BANKTRANLIST>
<LEDGERBAL><BALAMT>1217.81<DTASOF>20260131</LEDGERBAL><AVAILBAL><BALAMT>1000.00<DTASOF>20260131</AVAILBAL>
</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
"""

OFX_XML = """<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<?OFX OFXHEADER="200" VERSION="211" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>
<!-- from the bank -->
<OFX>
  <CREDITCARDMSGSRSV1><CCSTMTTRNRS><CCSTMTRS>
    <CURDEF>EUR</CURDEF>
    <CCACCTFROM><ACCTID>5526********1234</ACCTID></CCACCTFROM>
    <BANKTRANLIST>
      <STMTTRN>
        <TRNTYPE>DEBIT</TRNTYPE><DTPOSTED>20260210</DTPOSTED><TRNAMT>-23.10</TRNAMT><FITID>A1</FITID>
        <PAYEE><NAME>Bäckerei Müller</NAME><CITY>Köln</CITY></PAYEE>
        <BANKACCTTO><BANKID>1</BANKID><ACCTID>DE02120300000000202051</ACCTID></BANKACCTTO>
        <MEMO><![CDATA[Brot < Kuchen]]></MEMO>
      </STMTTRN>
    </BANKTRANLIST>
    <BANKTRANLISTP>
      <STMTTRNP><TRNTYPE>DEBIT</TRNTYPE><DTTRAN>20260212</DTTRAN><TRNAMT>-9.99</TRNAMT><NAME>Kino</NAME></STMTTRNP>
    </BANKTRANLISTP>
    <LEDGERBAL><BALAMT>-33.09</BALAMT><DTASOF>20260213</DTASOF></LEDGERBAL>
  </CCSTMTRS></CCSTMTTRNRS></CREDITCARDMSGSRSV1>
</OFX>
"""

QIF = """!Account
NChecking
TBank
^
!Type:Bank
D1/ 2'26
T-1,234.50
PRent
MJanuary
LHousing
^
D1/31'26
U2,000.00
T2,000.00
CX
PACME Corp
L[Savings]
^
D2/ 1'26
T-60.00
PSupermarket
SFood
$-50.00
SHome
$-10.00
^
"""

CAMT_053 = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">
<BkToCstmrStmt><GrpHdr><MsgId>1</MsgId></GrpHdr>
<Stmt><Id>S1</Id>
 <Acct><Id><IBAN>CH93 0076 2011 6238 5295 7</IBAN></Id><Ccy>CHF</Ccy></Acct>
 <Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp>
  <Amt Ccy="CHF">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-01-01</Dt></Dt></Bal>
 <Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp>
  <Amt Ccy="CHF">996.56</Amt><CdtDbtInd>DBIT</CdtDbtInd><Dt><Dt>2026-01-31</Dt></Dt></Bal>
 <Ntry><Amt Ccy="CHF">429.56</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-01-05</Dt></BookgDt>
  <AcctSvcrRef>REF-BATCH</AcctSvcrRef>
  <NtryDtls><Btch><NbOfTxs>2</NbOfTxs></Btch>
   <TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><Amt Ccy="CHF">329.56</Amt><CdtDbtInd>CRDT</CdtDbtInd>
    <RltdPties><Dbtr><Nm>Anna Keller</Nm></Dbtr>
     <DbtrAcct><Id><IBAN>CH5604835012345678009</IBAN></Id></DbtrAcct></RltdPties>
    <RmtInf><Ustrd>Invoice 12</Ustrd></RmtInf></TxDtls>
   <TxDtls><Amt Ccy="CHF">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>
    <RltdPties><Dbtr><Pty><Nm>Beat Suter</Nm></Pty></Dbtr></RltdPties>
    <RmtInf><Strd><CdtrRefInf><Ref>RF18539007547034</Ref></CdtrRefInf></Strd></RmtInf></TxDtls>
  </NtryDtls><AddtlNtryInf>Sammelgutschrift</AddtlNtryInf></Ntry>
 <Ntry><Amt Ccy="CHF">1526.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
  <BookgDt><DtTm>2026-01-09T23:30:00+01:00</DtTm></BookgDt><AcctSvcrRef>REF-ABROAD</AcctSvcrRef>
  <NtryDtls><TxDtls><AmtDtls><InstdAmt><Amt Ccy="CHF">1500.00</Amt></InstdAmt></AmtDtls>
   <RltdPties><Cdtr><Nm>Atelier Lyon</Nm></Cdtr></RltdPties></TxDtls></NtryDtls>
  <AddtlNtryInf>Auslandszahlung</AddtlNtryInf></Ntry>
 <Ntry><Amt Ccy="CHF">0.12</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>PDNG</Sts><ValDt><Dt>2026-01-31</Dt></ValDt>
  <AddtlNtryInf>Zins</AddtlNtryInf></Ntry>
 <Ntry><Amt Ccy="CHF">77.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>INFO</Sts><BookgDt><Dt>2026-01-31</Dt></BookgDt></Ntry>
 <Ntry><Amt Ccy="CHF">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-02-31</Dt></BookgDt></Ntry>
</Stmt></BkToCstmrStmt></Document>
"""

CSV_GERMAN = """Girokonto;DE02120300000000202051;;;

Buchungstag;Valutadatum;Auftraggeber / Begünstigter;Verwendungszweck;Betrag (EUR);Saldo
31.01.2026;31.01.2026;REWE Köln;"Einkauf; Dank";-1.023,50;2.000,00
02.01.2026;02.01.2026;Arbeitgeber GmbH;Gehalt;3.000,00;3.023,50
"""

CSV_SPANISH = """Fecha,Concepto,Cargo,Abono,Saldo
03/02/2026,COMPRA CAFÉ,"4,50",,"95,50"
13/02/2026,NÓMINA,,"1.200,00","1.295,50"
14/02/2026,'+34 600 000 000,"10,00","0,00","1.285,50"
15/02/2026,AMBOS,"1,00","2,00","1.286,50"
16/02/2026,NADA,"0,00",,"1.286,50"
30/02/2026,SIN DIA,"1,00",,"1.285,50"
,,,,
,SALDO FINAL,,,"1.285,50"
"""

CSV_ENGLISH = """Date,Payee,Memo,Amount,Transaction ID
2026-01-31T10:00:00,Blue Bottle,coffee,-4.50,T1
2026-01-31,Blue Bottle,coffee,-4.50,T2
2026-01-30,Grocer,"12"" tart",(1,T3
"""

ALL = {
    "ofx.sgml": OFX_SGML.encode("cp1252"),
    "ofx.xml": OFX_XML.encode(),
    "qif": QIF.encode(),
    "camt": CAMT_053.encode(),
    "german.csv": CSV_GERMAN.encode("cp1252"),
    "spanish.csv": CSV_SPANISH.encode(),
    "english.csv": CSV_ENGLISH.encode("utf-16"),
}
