"""What a letter is scored with is what training counted: the same features, found without putting names together."""

from mailbot.triage.lookup import _ordered, _pairs_and_runs, _roles, make_tables, score
from mailbot.triage.text import tokens
from mailbot.triage.weights import known_words, phrase_features, role_sequence

SENTENCES = (
    "Wie kan er boodschappen doen voor mijn moeder? Zij is 84 en woont alleen.",
    "Ik zoek geen vrijwilligerswerk, ik zoek vrijwilligers!",
    "Kan ik nog naar de markt, of mag dat niet meer?",
    "help help help",
    "Pouvez-vous apporter des médicaments à ma mère qui ne peut plus sortir ?",
    "...",
    "",
)


def test_the_phrases_that_are_looked_up_are_those_that_training_names(rules):
    """Else a letter would be read with other eyes than those that learnt."""
    tables = make_tables(rules.weights)
    score(tables, [tokens(each) for each in SENTENCES], ())

    for each in map(tokens, SENTENCES):
        roles = rules.weights.roles
        named = phrase_features(role_sequence(roles, each), each, known_words(roles, each))
        wanted = {rules.weights.index[name] for name in named if name in rules.weights.index}

        words = [tables.words[word] for word in each]
        assert _pairs_and_runs(tables, each, words) | _ordered(tables, _roles(each, words)).rows == wanted


def test_a_sentence_said_twice_counts_once_in_the_letter(rules):
    """A forwarded copy of the same words is no second voice."""
    tables, said = make_tables(rules.weights), tokens(SENTENCES[0])

    once, of_once, _ = score(tables, [said], ())
    twice, of_both, _ = score(tables, [said, said], ())

    assert twice == [once[0], once[0]]
    assert of_both == of_once == once[0]


def test_nothing_said_is_scored_too(rules):
    """A letter may be a photograph alone."""
    told, whole, known = score(make_tables(rules.weights), [], ("@corona",))

    assert told == []
    assert len(whole) == len(rules.weights.columns)
    assert known == 0.0
