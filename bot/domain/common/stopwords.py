"""Words that every Dutch, English, Swedish or German sentence needs, whatever it is about; and those that are left."""

from __future__ import annotations

import re

from bot.domain.common.handles import HANDLE

_NOT_WORDS = re.compile(rf"https?://\S+|www\.\S+|{HANDLE}")
_WORD = re.compile(r"[^\W\d_][\w'\u2019-]+[^\W_]")

_ENGLISH = """
about after again all also am an and any are aren't as at be because been before being but by can can't cannot could
did didn't do does doesn't doing don't each even ever every few for from get gets getting got had has hasn't have
haven't having he hello her here hers hey him his how i'd i'll i'm i've if in into is isn't it it's its just let like
made make many may me might more most much must my never no nor not now of off ok okay on once one only or other our
out over own please really same say she should since so some still such than thank thanks that that's the their them
then there there's these they they're this those through to too under until up us very via want was wasn't we we're
we've well were what when where which while who why will with won't would yes yet you you're you've your
"""
_DUTCH = """
aan af al alle alleen allemaal alles als altijd andere ben bent bij bijna daar dag dan dank dat de deze die dit doe
doen doet door dus echt een eens eerst en er even gaan gaat geen geweest had hadden hallo hebben hebt heeft heel hem
het hier hij hoe hoi hun iemand iets ik in is ja je jij jou jouw jullie kan kon kun kunnen laat maar mag me mee meer
men met mij mijn moet moeten na naar nee net niemand niet niets nog nou nu of om omdat ons onze ook op over steeds te
tegen toch toen tot uit uw van veel via voor vraag waar waarom wanneer want waren was wat we weer wel werd wie wij wil
willen word worden wordt ze zeer zelf zich zij zijn zo zoals zonder zou
"""
_SWEDISH = """
alla allt alltid att av bara behöver blev bli blir blivit borde bra da de dem den denna deras dess det detta dig din
dina ditt dock du där då efter ej eller en ens er era ert ett fick från får för före gjorde gör ha hade han har hej
helt henne her hon honom hos hur här i igen in inga ingen inget innan inte ja jag kan kanske kommer kunde man med
mellan men mig min mina mitt mot mycket måste ni nog nu när nära någon något några och också om oss på redan sedan sen
sig sin sina sitt ska skall skulle som så sådan tack till under upp ut utan vad var vara varför vart vem vi vid vilka
vilken vill vår våra vårt är även över
"""
_GERMAN = """
aber alle allem allen alles als also am an auch auf aus bei bin bis bist bitte da damit danke dann das dass dein dem
den denn der des die dies diese diesem diesen dieser dieses doch dort du durch ein eine einem einen einer eines er es
euch euer für gar gegen gewesen hab habe haben hallo hat hatte hatten hier hin ich ihm ihn ihnen ihr ihre im in ist ja
jede jeder jetzt kann kein keine können könnte man mehr mein meine meinen mich mir mit muss nach nein nicht nichts
noch nun nur ob oder ohne schon sehr sein seine seit sich sie sind so soll sondern um und uns unser unter vom von vor
war waren warum was weil wenn wer werden wie wieder will wir wird wo wurde zu zum zur über
"""

_NAME_OR_NUMBER = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")

STOP_WORDS = frozenset(f"{_ENGLISH} {_DUTCH} {_SWEDISH} {_GERMAN}".split())


def words(text: str) -> set[str]:
    """Return the words that carry meaning: no addresses, @handles, numbers or stop words."""
    found = {word.casefold() for word in _WORD.findall(_NOT_WORDS.sub(" ", text))}
    return found - STOP_WORDS


def words_and_numbers(text: str) -> set[str]:
    """Return these, and also numbers and the shortest names: "5g", "a2", "ns"; of single characters only digits."""
    found = {word.casefold() for word in _NAME_OR_NUMBER.findall(_NOT_WORDS.sub(" ", text))}
    return {word for word in found - STOP_WORDS if len(word) > 1 or word.isdigit()}
