"""accuracy-peer.py DATA OUT: five stratified folds of the public churn sets in DATA, and what Python's models score on them.

Writes OUT/<set>/<fold>/{in,test}/data.csv (rows as they are in the files) for Tidewatch to train and score on, and
prints one JSON object: set -> model -> [{log_loss, roc_auc, f1, brier} per fold]. Models are at their defaults; the
logistic regression is scaled and one-hot encoded, the others get categories as they like them best.
"""
import json, os, sys, warnings

warnings.filterwarnings('ignore')
import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, f1_score, log_loss, roc_auc_score
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler
import lightgbm, xgboost
try:
    import catboost
except ImportError:
    catboost = None

data, out = sys.argv[1], sys.argv[2]
DROP = dict(telco=['customerID'], bank=['RowNumber', 'CustomerId', 'Surname'], bigml=[])
TARGET = dict(telco=('Churn', 'Yes'), bank=('Exited', '1'), bigml=('Churn', 'True'))


def read(name):
    files = dict(telco=['telco.csv'], bank=['Churn_Modelling.csv'], bigml=['churn-bigml-80.csv', 'churn-bigml-20.csv'])[name]
    return pd.concat([pd.read_csv(os.path.join(data, f), dtype=str, keep_default_na=False) for f in files], ignore_index=True)


def features(name, raw):
    column, positive = TARGET[name]
    x = raw.drop(columns=[column] + [c for c in DROP[name] if c in raw])
    for c in x:
        number = pd.to_numeric(x[c].str.strip(), errors='coerce')
        if c != 'Area code' and number.notna().mean() > 0.9:
            x[c] = number
        else:
            x[c] = x[c].astype(object)
    return x, (raw[column] == positive).astype(int)


def models(x):
    cat = [c for c in x if not pd.api.types.is_numeric_dtype(x[c])]
    num = [c for c in x if c not in cat]
    one_hot = lambda: ColumnTransformer([('n', make_pipeline(SimpleImputer(strategy='median'), StandardScaler()), num),
                                         ('c', OneHotEncoder(handle_unknown='ignore'), cat)], sparse_threshold=0)
    ordinal = lambda: ColumnTransformer([('c', OrdinalEncoder(handle_unknown='use_encoded_value', unknown_value=np.nan), cat),
                                         ('n', 'passthrough', num)], sparse_threshold=0)
    which = list(range(len(cat)))
    found = {
        'logistic regression': make_pipeline(one_hot(), LogisticRegression(max_iter=2000)),
        'HistGradientBoosting': make_pipeline(ordinal(), HistGradientBoostingClassifier(random_state=0, categorical_features=which)),
        'random forest': make_pipeline(one_hot(), RandomForestClassifier(300, random_state=0, n_jobs=2)),
        'LightGBM': Categorical(cat, lambda: lightgbm.LGBMClassifier(random_state=0, n_jobs=2, verbose=-1)),
        'XGBoost': Categorical(cat, lambda: xgboost.XGBClassifier(random_state=0, n_jobs=2, enable_categorical=True)),
    }
    if catboost is not None:
        found['CatBoost'] = CatBoost(cat)
    return found


class Categorical:
    """Categories as pandas categories, the levels of the training rows; others become missing."""

    def __init__(self, cat, make):
        self.cat, self.make = cat, make

    def fit(self, x, y):
        self.levels = {c: sorted(x[c].unique()) for c in self.cat}
        self.model = self.make().fit(self.encode(x), y)
        return self

    def encode(self, x):
        return x.assign(**{c: pd.Categorical(x[c], categories=self.levels[c]) for c in self.cat})

    def predict_proba(self, x):
        return self.model.predict_proba(self.encode(x))


class CatBoost:
    def __init__(self, cat):
        self.cat = cat

    def fit(self, x, y):
        self.model = catboost.CatBoostClassifier(random_seed=0, thread_count=2, verbose=0, allow_writing_files=False,
                                                 cat_features=self.cat).fit(x, y)
        return self

    def predict_proba(self, x):
        return self.model.predict_proba(x)


results = {}
for name in TARGET:
    raw = read(name)
    x, y = features(name, raw)
    results[name] = {}
    for fold, (train, test) in enumerate(StratifiedKFold(5, shuffle=True, random_state=0).split(x, y)):
        for part, rows in (('in', train), ('test', test)):
            folder = os.path.join(out, name, str(fold), part)
            os.makedirs(folder, exist_ok=True)
            raw.iloc[rows].to_csv(os.path.join(folder, 'data.csv'), index=False)
        for label, model in models(x).items():
            p = model.fit(x.iloc[train], y.iloc[train]).predict_proba(x.iloc[test])[:, 1]
            t = y.iloc[test]
            score = dict(log_loss=log_loss(t, p), roc_auc=roc_auc_score(t, p), f1=f1_score(t, p > 0.5), brier=brier_score_loss(t, p))
            results[name].setdefault(label, []).append(score)
print(json.dumps(results))
