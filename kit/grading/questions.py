"""What was asked beside the marks: the questions of an exercise, and what somebody chose."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from kit.grading.grade import right_choices
from kit.measure.row import sentence_numbers
from kit.model.annotations import AnnotationSet, AnswerKey
from kit.model.article import Article
from kit.model.plans import plan_with

_SENTENCE = re.compile(r"sentence-(\d{1,4})\Z")
_LEAD = 8           # words that tell which sentence is meant
_LONGEST = 300      # characters shown of a choice that nobody offered


@dataclass(frozen=True)
class Question:
    """A question with chosen answers: its words, its choices by their ids, and what the key says.

    ``many`` is how many are to be chosen together, 1 for one.  ``ask`` and ``choices`` are empty
    where the kit does not know the exercise.  ``alone`` is the key with nothing but this question.
    """

    id: str
    ask: str
    choices: Mapping[str, str]
    right: tuple[str, ...]
    many: int
    note: str
    alone: AnswerKey = field(repr=False, compare=False)

    def chosen(self, answer: AnnotationSet) -> tuple[str, ...]:
        """Return the ids that an answer holds, each once; empty for none, or for what is no choice.

        One choice is a text, several together are a list; a file made by hand may hold anything.
        """
        given = answer.responses.get(self.id)
        if self.many == 1:
            given = [given]
        elif not isinstance(given, list):
            given = []
        return tuple(dict.fromkeys(one for one in given if isinstance(one, str) and one))

    def counted(self, answer: AnnotationSet) -> int:
        """Return how many of the choices fit the key, as points count them; at most ``many``."""
        return right_choices(answer, self.alone)[0]


def questions(article: Article, key: AnswerKey) -> tuple[Question, ...]:
    """Return what a key asks beside the marks, in the words of the kit's own exercise where there is one."""
    plan = plan_with(article.id, key.scheme) or {}
    asked = {one["id"]: one for one in (*plan.get("reasons", ()), *(plan[name] for name in ("origins", "loaded")
                                                                    if name in plan))}
    alone = {name: AnswerKey(key.article, key.fingerprint, key.scheme, responses={name: known})
             for name, known in key.responses.items()}
    return tuple(_question(name, one, asked.get(name, {}), count)
                 for name, one in alone.items() if (count := right_choices(one, one)[1]))


def _question(name: str, alone: AnswerKey, asked: Mapping, count: int) -> Question:
    known = alone.responses[name]
    note = known.get("note", "")
    right = tuple(one for one in known["right"] if isinstance(one, str))
    return Question(name, asked.get("ask", ""), asked.get("choices", {}), right, count,
                    note if isinstance(note, str) else "", alone)


def written_question(article: str, scheme: str) -> str:
    """Return what students were asked to answer in their own words on an article; "" where the kit does not know it."""
    return (plan_with(article, scheme) or {}).get("written", {}).get("ask", "")


def in_words(choice: str, question: Question, article: Article) -> str:
    """Return a choice as somebody read it; its id, if it was not offered."""
    if choice in question.choices:
        return question.choices[choice]
    number = _SENTENCE.match(choice)
    for counted, place in zip(sentence_numbers(article), article.sentences) if number else ():
        if counted == int(number.group(1)):
            words = article.quote(place).split()
            return f"Sentence {counted}: “{' '.join(words[:_LEAD])}{' …' if len(words) > _LEAD else ''}”"
    return choice if len(choice) <= _LONGEST else f"{choice[:_LONGEST]} …"
