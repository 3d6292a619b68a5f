"""What all tables belong to."""

import sqlalchemy as sa

metadata = sa.MetaData()
