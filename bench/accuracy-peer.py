"""accuracy-peer.py SPEC: fits one peer on rows of one split and prints what it gives to the test rows.

SPEC is JSON: {train, test: paths of CSV files, separator, target, positive, numeric: [names], categorical: [names],
peer: name, tuning: bool, threads, seed}. Prints {probabilities: [one a test row], fit_seconds, chosen: text}.

At defaults nothing is set but seeds, threads and how categories are given: as pandas categories of the training rows
(LightGBM, XGBoost), as texts (CatBoost), as codes with the rarest levels beyond 254 in one
(HistGradientBoosting), one-hot beside scaled numbers with the median for missing ones (logistic regression).
Tuned: 20 random trials with a fixed seed, each fitted on four fifths of the training rows and scored by log loss on the
fifth one (one stratified inner split); boosters stop early there (at most 3,000 rounds, patience 50), and the best trial
is fitted again on all training rows with the rounds that it took.
"""
import json, sys, time, warnings

warnings.filterwarnings('ignore')
import numpy as np
import pandas as pd

TRIALS, ROUNDS, PATIENCE = 20, 3000, 50
spec = json.load(open(sys.argv[1]))
THREADS = spec['threads']
cat, num = spec['categorical'], spec['numeric']


def number(texts):
    """Numbers of texts, true and false as 1 and 0; others are missing. Ends where a column has texts but no number."""
    bare = texts.str.strip()
    found = pd.to_numeric(bare.replace({'True': '1', 'TRUE': '1', 'true': '1', 'False': '0', 'FALSE': '0', 'false': '0'}), errors='coerce')
    if found.isna().all() and (bare != '').any():
        sys.exit(f'{texts.name} has no number: {bare.iloc[0]!r}')
    return found


def read(path):
    raw = pd.read_csv(path, sep=spec['separator'], dtype=str, keep_default_na=False, encoding='utf-8-sig')
    raw.columns = [c.strip() for c in raw]
    x = pd.DataFrame({f'n{i}': number(raw[c]) for i, c in enumerate(num)}
                     | {f'c{i}': raw[c].str.strip().astype(object) for i, c in enumerate(cat)})
    return x, (raw[spec['target']].str.strip() == spec['positive']).astype(int).values


x, y = read(spec['train'])
test, _ = read(spec['test'])
numbers, texts = [c for c in x if c[0] == 'n'], [c for c in x if c[0] == 'c']


def one_hot():
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler
    numeric = make_pipeline(SimpleImputer(strategy='median', keep_empty_features=True), StandardScaler())
    return ColumnTransformer([('n', numeric, numbers), ('c', OneHotEncoder(handle_unknown='ignore'), texts)])


def codes():
    from sklearn.compose import ColumnTransformer
    from sklearn.preprocessing import OrdinalEncoder
    ordinal = OrdinalEncoder(handle_unknown='use_encoded_value', unknown_value=np.nan, max_categories=254)
    return ColumnTransformer([('c', ordinal, texts), ('n', 'passthrough', numbers)], sparse_threshold=0)


def levels(x, rows):
    """Categories of the rows that are learned from; others become missing."""
    return rows.assign(**{c: pd.Categorical(rows[c], categories=sorted(x[c].unique())) for c in texts})


class BaseRate:
    def fit(self, x, y, held, options):
        self.rate = y.mean()

    def chances(self, rows):
        return np.full(len(rows), self.rate)


class Logistic:
    def draw(self, r):
        return dict(C=float(10 ** r.uniform(-4, 2)))

    def fit(self, x, y, held, options):
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        self.model = make_pipeline(one_hot(), LogisticRegression(max_iter=2000, **options)).fit(x, y)

    def chances(self, rows):
        return self.model.predict_proba(rows)[:, 1]


class HistGradientBoosting:
    def draw(self, r):
        return dict(learning_rate=float(10 ** r.uniform(-2, -0.7)), max_leaf_nodes=int(r.integers(4, 64)),
                    min_samples_leaf=int(r.integers(5, 60)), l2_regularization=float(10 ** r.uniform(-2, 1.5)),
                    max_features=float(r.uniform(0.3, 1)))

    def fit(self, x, y, held, options):
        from sklearn.ensemble import HistGradientBoostingClassifier
        from sklearn.pipeline import make_pipeline
        self.codes = codes().fit(x)
        options = dict(options)
        if 'rounds' in options or held is not None:
            options['max_iter'] = options.pop('rounds', ROUNDS)
            options['early_stopping'] = held is not None
        if held is not None:
            options['n_iter_no_change'] = PATIENCE
        self.model = HistGradientBoostingClassifier(random_state=spec['seed'], categorical_features=list(range(len(texts))), **options)
        valid = {} if held is None else dict(X_val=self.codes.transform(held[0]), y_val=held[1])
        self.model.fit(self.codes.transform(x), y, **valid)
        self.rounds = None
        if held is not None:
            self.rounds = int(np.argmax(self.model.validation_score_[1:])) + 1
            self.staged = list(self.model.staged_predict_proba(self.codes.transform(held[0])))[self.rounds - 1][:, 1]

    def chances(self, rows):
        return self.model.predict_proba(self.codes.transform(rows))[:, 1]


class LightGBM:
    def draw(self, r):
        return dict(learning_rate=float(10 ** r.uniform(-2, -0.7)), num_leaves=int(r.integers(4, 64)),
                    min_child_samples=int(r.integers(5, 60)), reg_lambda=float(10 ** r.uniform(-2, 1.5)),
                    subsample=float(r.uniform(0.5, 1)), subsample_freq=1, colsample_bytree=float(r.uniform(0.3, 1)))

    def fit(self, x, y, held, options):
        import lightgbm
        options = dict(options)
        if 'rounds' in options or held is not None:
            options['n_estimators'] = options.pop('rounds', ROUNDS)
        self.x = x
        self.model = lightgbm.LGBMClassifier(random_state=spec['seed'], n_jobs=THREADS, verbose=-1, **options)
        if held is None:
            self.model.fit(levels(x, x), y)
        else:
            stop = lightgbm.early_stopping(PATIENCE, verbose=False)
            self.model.fit(levels(x, x), y, eval_set=[(levels(x, held[0]), held[1])], callbacks=[stop])
        self.rounds = self.model.best_iteration_ or None

    def chances(self, rows):
        return self.model.predict_proba(levels(self.x, rows))[:, 1]


class XGBoost:
    def draw(self, r):
        return dict(learning_rate=float(10 ** r.uniform(-2, -0.7)), max_depth=int(r.integers(2, 9)),
                    min_child_weight=float(10 ** r.uniform(0, 1.5)), reg_lambda=float(10 ** r.uniform(-2, 1.5)),
                    subsample=float(r.uniform(0.5, 1)), colsample_bytree=float(r.uniform(0.3, 1)))

    def fit(self, x, y, held, options):
        import xgboost
        options = dict(options)
        if 'rounds' in options or held is not None:
            options['n_estimators'] = options.pop('rounds', ROUNDS)
        if held is not None:
            options['early_stopping_rounds'] = PATIENCE
        self.x = x
        self.model = xgboost.XGBClassifier(random_state=spec['seed'], n_jobs=THREADS, enable_categorical=True, **options)
        valid = {} if held is None else dict(eval_set=[(levels(x, held[0]), held[1])])
        self.model.fit(levels(x, x), y, verbose=False, **valid)
        self.rounds = None if held is None else self.model.best_iteration + 1

    def chances(self, rows):
        return self.model.predict_proba(levels(self.x, rows))[:, 1]


class CatBoost:
    def draw(self, r):
        return dict(learning_rate=float(10 ** r.uniform(-1.7, -0.7)), depth=int(r.integers(3, 9)),
                    l2_leaf_reg=float(10 ** r.uniform(0, 1.5)), random_strength=float(r.uniform(0, 2)),
                    bagging_temperature=float(r.uniform(0, 1)))

    def fit(self, x, y, held, options):
        import catboost
        options = dict(options)
        if 'rounds' in options or held is not None:
            options['iterations'] = options.pop('rounds', ROUNDS)
        if held is not None:
            options['early_stopping_rounds'] = PATIENCE
        self.model = catboost.CatBoostClassifier(random_seed=spec['seed'], thread_count=THREADS, verbose=0,
                                                 allow_writing_files=False, cat_features=texts, **options)
        self.model.fit(x, y, eval_set=held)
        self.rounds = None if held is None else self.model.tree_count_

    def chances(self, rows):
        return self.model.predict_proba(rows)[:, 1]


class AutoGluon:
    """Presets best_quality, 120 seconds, log loss; columns as pandas reads them."""

    def fit(self, x, y, held, options):
        import tempfile
        from autogluon.tabular import TabularPredictor
        table = x.assign(**{c: x[c].astype('category') for c in texts}, label=y)
        self.folder = tempfile.TemporaryDirectory()
        self.model = TabularPredictor(label='label', eval_metric='log_loss', path=self.folder.name, verbosity=0)
        self.model.fit(table, presets='best_quality', time_limit=120, num_cpus=THREADS, num_gpus=0)

    def chances(self, rows):
        table = rows.assign(**{c: rows[c].astype('category') for c in texts})
        return self.model.predict_proba(table)[1].values


PEERS = {'base rate': BaseRate, 'LogisticRegression': Logistic, 'HistGradientBoosting': HistGradientBoosting,
         'LightGBM': LightGBM, 'XGBoost': XGBoost, 'CatBoost': CatBoost, 'AutoGluon': AutoGluon}


def tune(make):
    """The options of the best of the trials, with the rounds that it took."""
    from sklearn.metrics import log_loss
    from sklearn.model_selection import train_test_split
    inner, held = train_test_split(np.arange(len(y)), test_size=0.2, stratify=y, random_state=spec['seed'])
    random = np.random.default_rng(spec['seed'])
    best = (np.inf, {})
    for _ in range(TRIALS):
        model = make()
        options = model.draw(random)
        model.fit(x.iloc[inner], y[inner], (x.iloc[held], y[held]), options)
        p = model.staged if hasattr(model, 'staged') else model.chances(x.iloc[held])
        loss = log_loss(y[held], p)
        if loss < best[0]:
            rounds = getattr(model, 'rounds', None)
            best = (loss, {**options, **({} if rounds is None else dict(rounds=rounds))})
    return best[1]


start = time.perf_counter()
make = PEERS[spec['peer']]
options = tune(make) if spec['tuning'] else {}
model = make()
model.fit(x, y, None, options)
probabilities = np.asarray(model.chances(test), dtype=float)
shown = ', '.join(f'{k} {v:.4g}' for k, v in options.items())
print(json.dumps(dict(probabilities=probabilities.tolist(), fit_seconds=time.perf_counter() - start, chosen=shown)))
