import Outside
